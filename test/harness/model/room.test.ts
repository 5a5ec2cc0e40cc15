/**
 * What a case is given: its declared cost, or what was measured with a margin and within bounds.
 */

import t from 'tap';
import type { Case, Forecast } from '../../../harness/model/plan.js';
import { roomOf } from '../../../harness/model/room.js';
import { singleMachine } from '../../../harness/model/topology.js';
import { fakePlan, fakeSuite } from '../../support/fixtures.js';

const budget = { memoryMiB: 4096, vcpus: 4 };
const topology = singleMachine({ memoryMiB: 1024, vcpus: 2 });

function room(forecast?: Forecast) {
  const [planned] = fakePlan([fakeSuite('a/one', { topology })]).cases as [Case];
  return roomOf(forecast ? { ...planned, forecast } : planned, budget);
}

t.test(
  'all of the declared memory, and the usual share of the vCPUs, before it is measured',
  async (t) => {
    t.same(room(), { memoryMiB: 1024, vcpus: 1.6 });
    t.same(room({ durationMs: 1 }), { memoryMiB: 1024, vcpus: 1.6 });
  },
);

t.test('what was measured, in steps, and a quarter more memory', async (t) => {
  t.same(room({ durationMs: 1, memoryMiB: 400, vcpus: 0.9 }), { memoryMiB: 512, vcpus: 1 });
});

t.test('never less than a quarter of what is declared', async (t) => {
  t.same(room({ durationMs: 1, memoryMiB: 5, vcpus: 0.01 }), { memoryMiB: 256, vcpus: 0.5 });
});

t.test('more memory than declared, if it took that; never more than there is', async (t) => {
  t.same(room({ durationMs: 1, memoryMiB: 1600, vcpus: 3 }), { memoryMiB: 2048, vcpus: 2 });
  t.equal(room({ durationMs: 1, memoryMiB: 9999 }).memoryMiB, 4096);
});
