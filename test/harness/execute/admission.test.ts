/**
 * Admission alone, without time: whatever the costs and the order in which cases end, the budget
 * holds, locks are exclusive, and nobody is passed over for ever.
 */

import fc from 'fast-check';
import t from 'tap';
import { Admission } from '../../../harness/execute/admission.js';
import type { Case } from '../../../harness/model/plan.js';
import { role } from '../../../harness/model/topology.js';
import { fakePlan, fakeSuite } from '../../support/fixtures.js';

const budget = { memoryMiB: 4096, vcpus: 8 };
const patience = 16;

const shape = fc.record({
  memoryMiB: fc.integer({ min: 128, max: budget.memoryMiB }),
  vcpus: fc.integer({ min: 1, max: budget.vcpus }),
  locks: fc.subarray(['a', 'b']),
});

type Shape = typeof shape extends fc.Arbitrary<infer S> ? S : never;

function casesOf(shapes: readonly Shape[]): readonly Case[] {
  const suites = shapes.map(({ locks, ...size }, n) =>
    fakeSuite(`a/s${n}`, { locks, topology: { roles: { main: role(size) } } }),
  );
  return fakePlan(suites).cases;
}

/** Whether these may run at the same time. */
function fit(running: readonly Case[]): boolean {
  const sum = (of: (planned: Case) => number) => running.reduce((all, one) => all + of(one), 0);
  const locks = running.flatMap((planned) => planned.locks);
  return (
    sum(({ cost }) => cost.memoryMiB) <= budget.memoryMiB &&
    sum(({ cost }) => cost.vcpus) <= budget.vcpus &&
    new Set(locks).size === locks.length
  );
}

/** Runs all cases, ending a running one of the given choice whenever nothing more is admitted. */
function simulate(cases: readonly Case[], choices: readonly number[]) {
  const admission = new Admission(cases, budget);
  const running: Case[] = [];
  const started: Case[] = [];
  let held = true;
  for (let turn = 0; ; turn++) {
    for (let next = admission.admit(); next !== undefined; next = admission.admit()) {
      running.push(next);
      started.push(next);
      held &&= fit(running);
    }
    if (running.length === 0) return { started, held };
    const chosen = (choices[turn % choices.length] ?? 0) % running.length;
    const [ended] = running.splice(chosen, 1);
    if (ended !== undefined) admission.release(ended);
  }
}

/** How many later cases overtook the one at this place of the plan. */
function overtakers(cases: readonly Case[], started: readonly Case[], place: number): number {
  const earlier = started.slice(0, started.indexOf(cases[place] as Case));
  return earlier.filter((one) => cases.indexOf(one) > place).length;
}

t.test(
  'every case starts, within the budget, and is overtaken a bounded number of times',
  async () => {
    const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 20 });
    const property = fc.property(fc.array(shape, { maxLength: 80 }), choices, (shapes, order) => {
      const cases = casesOf(shapes);
      const { started, held } = simulate(cases, order);
      const mostOvertaken = Math.max(0, ...cases.map((_, n) => overtakers(cases, started, n)));
      return held && started.length === cases.length && mostOvertaken <= patience;
    });
    fc.assert(property, { numRuns: 300 });
  },
);

t.test('room is kept for a large case only after it has been patient', async (t) => {
  const small: Shape = { memoryMiB: 512, vcpus: 1, locks: [] };
  const whole: Shape = { ...budget, locks: [] };
  const planned = casesOf([whole, ...Array.from({ length: 60 }, () => small)]);
  const [large, holder, ...others] = planned as [Case, Case, ...Case[]];
  // The holder, always the first of the running ones, is not the one that ends until it is alone.
  const cases = [holder, large, ...others];
  const { started } = simulate(cases, [1]);
  t.equal(overtakers(cases, started, 1), patience);
});

t.test('drained cases are not admitted', async (t) => {
  const admission = new Admission(casesOf([{ memoryMiB: 512, vcpus: 1, locks: [] }]), budget);
  t.equal(admission.drain().length, 1);
  t.equal(admission.admit(), undefined);
});
