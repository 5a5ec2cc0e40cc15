/**
 * The ladder climbs only as far as it must, and says so when nothing helps.
 */

import t from 'tap';
import type { QemuExit, QemuProcess } from '../../../platforms/qemu/qemu-process.js';
import { stopQemu } from '../../../platforms/qemu/stop-ladder.js';

/** A process that ends on one kind of request, or on none; records what it was asked. */
function stubborn(endsOn: string) {
  const asked: string[] = [];
  let end: (exit: QemuExit) => void = () => undefined;
  const exited = new Promise<QemuExit>((resolve) => {
    end = resolve;
  });
  const ask = (what: string) => {
    asked.push(what);
    if (what === endsOn) end({ code: 0, signal: undefined });
  };
  const identity = { pid: 4_711, startTicks: 1 };
  const process: QemuProcess = { identity, exited, kill: ask, stderrTail: async () => '' };
  return { asked, process, quit: () => ask('quit'), limitMs: 60 };
}

for (const [endsOn, asked] of [
  ['quit', ['quit']],
  ['SIGTERM', ['quit', 'SIGTERM']],
  ['SIGKILL', ['quit', 'SIGTERM', 'SIGKILL']],
] as const) {
  t.test(`ends on ${endsOn}`, async (t) => {
    const process = stubborn(endsOn);
    await stopQemu(process);
    t.strictSame(process.asked, asked);
  });
}

t.test('a process that nothing ends is reported with its pid and what to do', async (t) => {
  const message = 'QEMU 4711 did not end within 60 ms; run: ./yard reap';
  const expected = { code: 'PROCESS_LEAKED', kind: 'infrastructure', phase: 'teardown', message };
  await t.rejects(stopQemu(stubborn('nothing')), expected);
});
