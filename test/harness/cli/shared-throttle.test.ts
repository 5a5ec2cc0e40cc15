/**
 * Runs at the same time in one command: what one of them has promised, the others see.
 */

import t from 'tap';
import { SharedThrottle } from '../../../harness/cli/shared-throttle.js';
import type { CaseId } from '../../../harness/model/ids.js';

const id = 'boot/one@x@qemu-bios' as CaseId;
const large = { givenMiB: 3000, declaredMiB: 3000 };

function calmHost() {
  const load = { cpuStalledMs: 0, memoryStalledMs: 0, memoryAvailableMiB: 10_000 };
  const gauge = { read: () => ({ ...load, memoryTotalMiB: 10_000 }) };
  const clock = { now: () => new Date(0), elapsedMs: () => 1_000 };
  return new SharedThrottle({ gauge, clock, cpus: 4 });
}

t.test('memory that one run has promised is not promised by another', async (t) => {
  const host = calmHost();
  const [first, second] = [host.share(), host.share()];
  const before = second.allowance(0).memoryMiB;
  first.started(id, large);
  t.equal(second.allowance(0).memoryMiB, before - 3000);
  second.started(id, large);
  t.equal(first.allowance(1).memoryMiB, before - 6000, 'two cases of one id are two');
  first.ended(id, 100);
  second.ended(id, 100);
  t.equal(first.allowance(0).memoryMiB, before);
});

t.test('cases of all runs count', async (t) => {
  const host = calmHost();
  const [first, second] = [host.share(), host.share()];
  t.equal(first.allowance(0).cases, 4);
  for (const n of [1, 2, 3, 4]) second.started(`${id}${n}` as CaseId, large);
  t.equal(first.allowance(0).cases, 0, 'all that the host begins with run elsewhere');
  t.equal(second.allowance(4).cases, 4);
  t.ok(first.patienceMs > 10 * 60_000, 'a run waits for its turn');
});
