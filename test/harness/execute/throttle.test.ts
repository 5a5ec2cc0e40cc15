/**
 * The throttle against a host that is scripted: slow start, back-off, and the reserve of memory.
 */

import t from 'tap';
import type { HostLoad } from '../../../harness/execute/host-load.js';
import { Throttle } from '../../../harness/execute/throttle.js';
import type { CaseId } from '../../../harness/model/ids.js';

/** A throttle, and the host and time that it sees. */
function scripted(load: Partial<HostLoad> = {}) {
  const host = {
    cpuPressure: 0,
    memoryPressure: 0,
    memoryAvailableMiB: 10_000,
    memoryTotalMiB: 16_384,
    ...load,
  };
  const time = { ms: 1_000 };
  const clock = { now: () => new Date(time.ms), elapsedMs: () => time.ms };
  const throttle = new Throttle({ gauge: { read: () => ({ ...host }) }, clock, cpus: 4 });
  /** What is allowed some time later. */
  const after = (durationMs: number, running: number) => {
    time.ms += durationMs;
    return throttle.allowance(running);
  };
  return { throttle, host, after };
}

const id = (text: string) => text as CaseId;

t.test('few cases at first, more while it stays calm and they are used', async (t) => {
  const { after } = scripted();
  t.equal(after(0, 0).cases, 4);
  t.equal(after(3_000, 2).cases, 4, 'nothing grows while there is room left');
  t.equal(after(3_000, 4).cases, 8);
  t.equal(after(500, 8).cases, 8, 'too soon');
  t.equal(after(2_000, 8).cases, 16);
});

t.test('pressure admits nobody, and the next round is smaller', async (t) => {
  const { after, host } = scripted();
  after(3_000, 4);
  host.cpuPressure = 81;
  t.equal(after(1_000, 8).cases, 8, 'as many as run');
  t.equal(after(1_000, 5).cases, 5, 'nobody takes the place of those who end');
  t.equal(after(9_000, 4).cases, 3);
  host.cpuPressure = 79;
  t.equal(after(300, 2).cases, 3);
});

t.test('waiting for memory counts sooner than waiting for processors', async (t) => {
  const { after, host } = scripted({ memoryPressure: 11 });
  t.equal(after(0, 3).cases, 3);
  host.memoryPressure = 9;
  t.equal(after(300, 3).cases, 4);
});

t.test('one case may always run', async (t) => {
  const { after } = scripted({ cpuPressure: 100, memoryPressure: 100 });
  for (let n = 0; n < 10; n++) t.equal(after(10_000, 0).cases, 1);
});

t.test('a share of the memory is left to the host', async (t) => {
  t.equal(scripted({ memoryTotalMiB: 20_000 }).after(0, 0).memoryMiB, 10_000 - 1_000);
  t.equal(scripted({ memoryTotalMiB: 4_000 }).after(0, 0).memoryMiB, 10_000 - 512);
  t.ok(scripted({ memoryAvailableMiB: 100 }).after(0, 0).memoryMiB < 0);
});

t.test(
  'machines that have just started count in full until they have taken their memory',
  async (t) => {
    const { throttle, after } = scripted({ memoryTotalMiB: 0 });
    throttle.started(id('a'), 4_000);
    throttle.started(id('b'), 1_000);
    t.equal(after(0, 2).memoryMiB, 10_000 - 512 - 5_000);
    throttle.ended(id('b'));
    t.equal(after(1_000, 1).memoryMiB, 10_000 - 512 - 4_000);
    t.equal(after(30_000, 1).memoryMiB, 10_000 - 512);
  },
);

t.test('a kernel that tells nothing holds nobody back', async (t) => {
  const unknown = {
    cpuPressure: undefined,
    memoryPressure: undefined,
    memoryAvailableMiB: undefined,
    memoryTotalMiB: undefined,
  };
  const clock = { now: () => new Date(0), elapsedMs: () => 0 };
  const throttle = new Throttle({ gauge: { read: () => unknown }, clock, cpus: 4 });
  t.same(throttle.allowance(0), { cases: 4, memoryMiB: Number.POSITIVE_INFINITY });
});
