/**
 * The throttle against a host that is scripted: slow start, back-off, and the reserve of memory.
 */

import t from 'tap';
import type { HostLoad } from '../../../harness/execute/host-load.js';
import { Throttle } from '../../../harness/execute/throttle.js';
import type { CaseId } from '../../../harness/model/ids.js';

type Memory = 'memoryAvailableMiB' | 'memoryTotalMiB';

/** A throttle, and the host and time that it sees; `share` is how much of the time tasks wait. */
function scripted(memory: Partial<Pick<HostLoad, Memory>> = {}) {
  const share = { cpu: 0, memory: 0 };
  const host = {
    cpuStalledMs: 5_000,
    memoryStalledMs: 700,
    memoryAvailableMiB: 10_000,
    memoryTotalMiB: 16_384,
    ...memory,
  };
  const time = { ms: 1_000 };
  const clock = { now: () => new Date(time.ms), elapsedMs: () => time.ms };
  const throttle = new Throttle({ gauge: { read: () => ({ ...host }) }, clock, cpus: 4 });
  /** What is allowed some time later. */
  const after = (durationMs: number, running: number) => {
    time.ms += durationMs;
    host.cpuStalledMs += durationMs * share.cpu;
    host.memoryStalledMs += durationMs * share.memory;
    return throttle.allowance(running);
  };
  return { throttle, host, share, after };
}

const id = (text: string) => text as CaseId;

t.test('few cases at first, more while it stays calm and they are used', async (t) => {
  const { after } = scripted();
  t.equal(after(0, 0).cases, 4);
  t.equal(after(10_000, 2).cases, 4, 'nothing grows while there is room left');
  t.equal(after(1_000, 4).cases, 8);
  t.equal(after(9_000, 8).cases, 8, 'too soon');
  t.equal(after(1_000, 8).cases, 16);
});

t.test('a host that is busy gets no more, and keeps what it has', async (t) => {
  const { after, share } = scripted();
  share.cpu = 0.7;
  t.equal(after(20_000, 4).cases, 4);
  t.equal(after(1_000, 3).cases, 4, 'who ends is followed by the next');
  share.cpu = 0.5;
  t.equal(after(1_000, 4).cases, 8);
});

t.test('pressure admits nobody, and the next round is smaller', async (t) => {
  const { after, share } = scripted();
  after(10_000, 4);
  share.cpu = 0.91;
  t.equal(after(1_000, 8).cases, 8, 'as many as run');
  t.equal(after(1_000, 5).cases, 5, 'nobody takes the place of those who end');
  t.equal(after(3_000, 4).cases, 3);
  share.cpu = 0.89;
  t.equal(after(1_000, 2).cases, 3);
});

t.test('a short moment says nothing', async (t) => {
  const { after, share } = scripted();
  share.cpu = 1;
  t.equal(after(900, 2).cases, 4);
  t.equal(after(900, 2).cases, 2);
});

t.test('waiting for memory counts sooner than waiting for processors', async (t) => {
  const { after, share } = scripted();
  share.memory = 0.11;
  t.equal(after(1_000, 3).cases, 3);
  share.memory = 0.09;
  t.equal(after(1_000, 3).cases, 4);
});

t.test(
  'half of the processors are used however busy they are, one case runs in any case',
  async (t) => {
    const { after, share } = scripted();
    share.cpu = 1;
    for (let n = 0; n < 10; n++) t.equal(after(10_000, 2).cases, 2);
    share.memory = 1;
    for (let n = 0; n < 10; n++) t.equal(after(10_000, 0).cases, 1);
  },
);

t.test('a share of the memory is left to the host', async (t) => {
  t.equal(scripted({ memoryTotalMiB: 20_000 }).after(0, 0).memoryMiB, 10_000 - 1_000);
  t.equal(scripted({ memoryTotalMiB: 4_000 }).after(0, 0).memoryMiB, 10_000 - 512);
  t.ok(scripted({ memoryAvailableMiB: 100 }).after(0, 0).memoryMiB < 0);
});

t.test('new machines count in full until they have had time to take their memory', async (t) => {
  const { throttle, after } = scripted({ memoryTotalMiB: 0 });
  throttle.started(id('a'), { givenMiB: 4_000, declaredMiB: 2_000 });
  throttle.started(id('b'), { givenMiB: 1_000, declaredMiB: 1_000 });
  t.equal(after(0, 2).memoryMiB, 10_000 - 512 - 5_000);
  throttle.ended(id('b'), undefined);
  t.equal(after(1_000, 1).memoryMiB, 10_000 - 512 - 4_000);
  t.equal(after(60_000, 1).memoryMiB, 10_000 - 512);
});

t.test('what was learned counts once this run has confirmed it, until it is refuted', async (t) => {
  const { throttle, after } = scripted({ memoryTotalMiB: 0 });
  const memory = { givenMiB: 200, declaredMiB: 1_000 };
  for (const name of ['a', 'b', 'c']) throttle.started(id(name), memory);
  t.equal(after(0, 3).memoryMiB, 10_000 - 512 - 3_000, 'as declared');
  throttle.ended(id('a'), 150);
  t.equal(after(0, 2).memoryMiB, 10_000 - 512 - 400, 'as learned');
  throttle.ended(id('b'), 900);
  t.equal(after(0, 1).memoryMiB, 10_000 - 512 - 1_000, 'as declared');
});

t.test('a kernel that tells nothing holds nobody back', async (t) => {
  const unknown = {
    cpuStalledMs: undefined,
    memoryStalledMs: undefined,
    memoryAvailableMiB: undefined,
    memoryTotalMiB: undefined,
  };
  let ms = 0;
  const clock = { now: () => new Date(0), elapsedMs: () => (ms += 1_500) };
  const throttle = new Throttle({ gauge: { read: () => unknown }, clock, cpus: 4 });
  for (let n = 0; n < 3; n++) {
    t.same(throttle.allowance(0), { cases: 4, memoryMiB: Number.POSITIVE_INFINITY });
  }
});
