/**
 * Waiting for console lines over a real socket: what counts as a line, and for how long.
 */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Test, t } from 'tap';
import { withResolvers } from '../../../harness/base/deadline.js';
import { InfrastructureError } from '../../../harness/base/errors.js';
import {
  SerialConsole,
  type SerialConsoleOptions,
} from '../../../platforms/qemu/serial-console.js';

/** Two ends of one connection: what the guest prints goes in at the first. */
async function wire(t: Test): Promise<readonly [Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const guest = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [harness] = (await once(server, 'connection')) as [Socket];
  t.teardown(() => {
    guest.destroy();
    harness.destroy();
    server.close();
  });
  return [guest, harness];
}

async function consoleOf(t: Test, more: Partial<SerialConsoleOptions> = {}) {
  const [guest, socket] = await wire(t);
  const ended = new AbortController();
  const { signal } = ended;
  const options = { machine: 'main-0', slowness: 1, signal, onLine: () => undefined, ...more };
  return { guest, ended, serial: new SerialConsole({ ...options, socket, history: [] }) };
}

t.test('a line of the past or the future, also an unfinished one', async (t) => {
  const { guest, serial } = await consoleOf(t);
  guest.write('one\r\ntwo\r\nhost login: ');
  t.equal(await serial.waitFor(/login:/, { timeoutMs: 5_000 }), 'host login: ');
  t.equal(await serial.waitFor(/^one/, { timeoutMs: 5_000 }), 'one');
});

t.test('the deadline is for a host of speed 1', async (t) => {
  const { guest, serial } = await consoleOf(t, { slowness: 4 });
  guest.write('something else\n');
  await serial.waitFor(/else/, { timeoutMs: 5_000 });
  await t.rejects(serial.waitFor(/never/, { timeoutMs: 20 }), {
    code: 'CONSOLE_TIMEOUT',
    message: 'main-0: no console line matched /never/ within 80 ms',
    evidence: 'last line: something else',
  });
});

t.test('the end of the machine ends the wait with its cause', async (t) => {
  const { ended, serial } = await consoleOf(t);
  const waiting = serial.waitFor(/never/, { timeoutMs: 60_000 });
  const cause = new InfrastructureError('QEMU_EXITED', 'gone');
  ended.abort(cause);
  await t.rejects(waiting, cause);
});

for (const [what, most] of [
  ['bytes', { bytes: 3_000, lines: 1_000 }],
  ['lines', { bytes: 100_000, lines: 300 }],
] as const) {
  t.test(`a flood of ${what} is told once, and then not taken in`, async (t) => {
    let floods = 0;
    const seen: string[] = [];
    const flooded = withResolvers<void>();
    const onFlood = () => {
      floods += 1;
      flooded.resolve();
    };
    const { guest, serial } = await consoleOf(t, { most, onFlood, onLine: (x) => seen.push(x) });
    guest.write('a healthy boot\n');
    await serial.waitFor(/healthy/, { timeoutMs: 5_000 });
    t.equal(floods, 0);
    for (let n = 0; n < 20; n++) guest.write('oh no oh no\n'.repeat(50));
    await flooded.promise;
    guest.end('the end\n');
    await serial.closed;
    t.equal(floods, 1);
    t.notOk(seen.includes('the end'));
    t.equal(serial.lines().length, seen.length);
  });
}
