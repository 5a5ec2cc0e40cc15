/**
 * A machine that has booted is told by what its SSH server says first.
 */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { awaitBanner } from '../../../platforms/qemu/await-banner.js';
import type { Reach } from '../../../platforms/qemu/guest-access.js';

async function listen(t: Test, answer: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => answer(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A guest whose port 22 does this at the n-th call; it refuses who rings at its doorbell. */
async function guestThat(t: Test, answer: (socket: Socket, call: number) => void): Promise<Reach> {
  let calls = 0;
  const hostPort = await listen(t, (socket) => {
    calls += 1;
    answer(socket, calls);
  });
  const bell = await listen(t, (socket) => socket.destroy());
  const network = { pass: async () => undefined };
  const ports = [
    { network: 'nic0', guestPort: 22, hostPort },
    { network: 'nic0', guestPort: 1, hostPort: bell },
  ];
  return { machine: 'main-0', vm: { network, ports }, slowness: 1 } as unknown as Reach;
}

t.test('who hangs up, or says something else, is called again', async (t) => {
  const words = ['', 'HTTP/1.1 400\r\n', 'SSH-2.0-OpenSSH\r\n'];
  let called = 0;
  const reach = await guestThat(t, (socket, call) => {
    called = call;
    socket.end(words[call - 1] ?? '');
  });
  await awaitBanner(reach, AbortSignal.timeout(20_000));
  t.equal(called, 3);
});

t.test('who never says anything is waited for until the signal aborts', async (t) => {
  const reach = await guestThat(t, () => undefined);
  const over = new Error('the boot is late');
  const controller = new AbortController();
  setTimeout(() => controller.abort(over), 300);
  await t.rejects(awaitBanner(reach, controller.signal), over);
});
