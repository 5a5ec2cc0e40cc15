/**
 * Rings at a port whose host side always accepts, as QEMU's does, until somebody hangs up.
 */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { ringUntilRefused } from '../../../platforms/qemu/doorbell.js';

const signal = AbortSignal.timeout(20_000);

async function acceptor(t: Test, onRing: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => onRing(socket.on('error', () => undefined).resume()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

t.test('rings until one ring is refused, and takes the others back', async (t) => {
  const rings: Socket[] = [];
  const hostPort = await acceptor(t, (socket) => {
    if (rings.push(socket) === 3) rings[0]?.destroy();
  });
  await ringUntilRefused({ hostPort, limitMs: 15_000, signal });
  t.equal(rings.length, 3);
  await Promise.all(rings.map((socket) => socket.closed || once(socket, 'close')));
  t.pass('no ring was left');
});

t.test('a guest that swallows rings is not waited for longer than the limit', async (t) => {
  let rings = 0;
  const hostPort = await acceptor(t, () => {
    rings += 1;
  });
  await ringUntilRefused({ hostPort, limitMs: 300, signal });
  t.ok(rings > 0);
});

t.test('an abort ends the ringing', async (t) => {
  const hostPort = await acceptor(t, () => undefined);
  const aborted = AbortSignal.timeout(100);
  await t.rejects(ringUntilRefused({ hostPort, limitMs: 15_000, signal: aborted }), {
    name: 'TimeoutError',
  });
});
