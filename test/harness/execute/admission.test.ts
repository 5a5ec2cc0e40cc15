/**
 * Admission alone, without time: whatever the costs and the order in which cases end, the budget
 * holds, locks are exclusive and fair, and nobody is passed over for ever.
 */

import fc from 'fast-check';
import t from 'tap';
import { Admission } from '../../../harness/execute/admission.js';
import type { Budget, Case } from '../../../harness/model/plan.js';
import { roomOf } from '../../../harness/model/room.js';
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

/** In the order given; a plan has an order of its own. */
function inOrder(shapes: readonly Shape[]): readonly Case[] {
  const place = ({ suite }: Case) => Number(suite.slice('a/s'.length));
  return [...casesOf(shapes)].sort((a, b) => place(a) - place(b));
}

/** Whether these may run at the same time. */
function fit(running: readonly Case[]): boolean {
  const sum = (of: (planned: Case) => number) => running.reduce((all, one) => all + of(one), 0);
  const locks = running.flatMap((planned) => planned.locks);
  return (
    sum((one) => roomOf(one, budget).memoryMiB) <= budget.memoryMiB &&
    sum((one) => roomOf(one, budget).vcpus) <= budget.vcpus &&
    new Set(locks).size === locks.length
  );
}

/** Runs all cases, ending a running one of the given choice whenever nothing more is admitted. */
function simulate(cases: readonly Case[], choices: readonly number[], limits: Budget = budget) {
  const admission = new Admission(cases, limits);
  const running: Case[] = [];
  const started: Case[] = [];
  let held = true;
  let most = 0;
  for (let turn = 0; ; turn++) {
    for (let next = admission.admit(); next !== undefined; next = admission.admit()) {
      running.push(next);
      started.push(next);
      held &&= fit(running);
      most = Math.max(most, running.length);
    }
    if (running.length === 0) return { started, held, most };
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

const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 20 });

t.test('every case starts once and within the budget', async () => {
  const property = fc.property(fc.array(shape, { maxLength: 80 }), choices, (shapes, order) => {
    const cases = casesOf(shapes);
    const { started, held } = simulate(cases, order);
    return held && started.length === cases.length && new Set(started).size === cases.length;
  });
  fc.assert(property, { numRuns: 300 });
});

t.test('who lacks only room is overtaken a bounded number of times', async () => {
  const free = shape.map((one) => ({ ...one, locks: [] }));
  const property = fc.property(fc.array(free, { maxLength: 80 }), choices, (shapes, order) => {
    const cases = casesOf(shapes);
    const { started } = simulate(cases, order);
    return cases.every((_, place) => overtakers(cases, started, place) <= patience);
  });
  fc.assert(property, { numRuns: 300 });
});

t.test('a lock goes to its waiters in the order of the plan', async () => {
  const property = fc.property(fc.array(shape, { maxLength: 60 }), choices, (shapes, order) => {
    const cases = casesOf(shapes);
    const { started } = simulate(cases, order);
    return ['a', 'b'].every((lock) => {
      const holders = (list: readonly Case[]) => list.filter(({ locks }) => locks.includes(lock));
      return holders(started).every((one, n) => one === holders(cases)[n]);
    });
  });
  fc.assert(property, { numRuns: 300 });
});

t.test('waiting for a lock keeps no room from others', async (t) => {
  const locked: Shape = { memoryMiB: 1024, vcpus: 1, locks: ['a'] };
  const free: Shape = { memoryMiB: 1024, vcpus: 1, locks: [] };
  const shapes = [
    ...Array.from({ length: 5 }, () => locked),
    ...Array.from({ length: 60 }, () => free),
  ];
  const admission = new Admission(inOrder(shapes), budget);
  const holder = admission.admit();
  t.same(holder?.locks, ['a']);
  for (let n = 0; n < 60; n++) {
    const other = admission.admit();
    t.same(other?.locks, [], `case ${n} runs beside the holder of the lock`);
    if (other) admission.release(other);
  }
  t.equal(admission.admit(), undefined, 'those who want the lock wait for it');
});

t.test('patience counts who overtook, not who waits for a lock before', async (t) => {
  const locked: Shape = { memoryMiB: 512, vcpus: 1, locks: ['a'] };
  const small: Shape = { memoryMiB: 512, vcpus: 1, locks: [] };
  const whole: Shape = { ...budget, locks: [] };
  const shapes = [
    ...Array.from({ length: 20 }, () => locked),
    whole,
    ...Array.from({ length: 40 }, () => small),
  ];
  const admission = new Admission(inOrder(shapes), budget);
  admission.admit();
  let overtook = 0;
  for (let next = admission.admit(); next !== undefined; next = admission.admit()) {
    overtook++;
    admission.release(next);
  }
  t.equal(overtook, patience);
});

t.test('no more cases at once than jobs', async () => {
  const few = fc.integer({ min: 1, max: 5 });
  const property = fc.property(
    fc.array(shape, { maxLength: 40 }),
    choices,
    few,
    (shapes, order, jobs) => {
      const cases = casesOf(shapes);
      const { started, most } = simulate(cases, order, { ...budget, jobs });
      return started.length === cases.length && most <= jobs;
    },
  );
  fc.assert(property);
});

t.test('the host may allow less than the budget', async (t) => {
  const cases = casesOf([
    { memoryMiB: 2048, vcpus: 1, locks: [] },
    { memoryMiB: 512, vcpus: 1, locks: [] },
  ]);
  const admission = new Admission(cases, budget);
  t.equal(admission.admit({ cases: 9, memoryMiB: 100 }), undefined);
  t.ok(admission.couldAdmit);
  const admitted = admission.admit({ cases: 9, memoryMiB: 600 });
  t.equal(admitted?.cost.memoryMiB, 512, 'the first that fits into what is allowed');
  t.equal(admission.admit({ cases: 1, memoryMiB: 9_999 }), undefined, 'one runs already');
  t.equal(admission.admit({ cases: 2, memoryMiB: 9_999 })?.cost.memoryMiB, 2048);
  t.notOk(admission.couldAdmit, 'nobody waits');
});

t.test('the same plan and the same ends give the same order', async () => {
  const property = fc.property(fc.array(shape, { maxLength: 40 }), choices, (shapes, order) => {
    const ids = () => simulate(casesOf(shapes), order).started.map(({ id }) => id);
    const [once, again] = [ids(), ids()];
    return once.join() === again.join();
  });
  fc.assert(property, { numRuns: 50 });
});

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

t.test('only who could not start alone is given up', async (t) => {
  const small: Shape = { memoryMiB: 512, vcpus: 1, locks: [] };
  const [locked, wide, large]: [Shape, Shape, Shape] = [
    { ...small, locks: ['a'] },
    { ...small, vcpus: 2 * budget.vcpus },
    { ...small, memoryMiB: 2048 },
  ];
  const admission = new Admission(inOrder([locked, locked, small, wide, large]), budget);
  t.same(admission.admit()?.locks, ['a']);
  const places = admission.giveUp(1024).map(({ suite }) => suite);
  t.same(
    places,
    ['a/s1', 'a/s3', 'a/s4'],
    'the lock, the processors, and the memory are not there',
  );
  t.equal(admission.admit()?.suite, 'a/s2');
  t.same(admission.drain(), []);
});

t.test('patience is what it was after others were given up', async (t) => {
  const large: Shape = { memoryMiB: 4096, vcpus: 1, locks: [] };
  const wide: Shape = { memoryMiB: 512, vcpus: 2 * budget.vcpus, locks: [] };
  const small: Shape = { memoryMiB: 512, vcpus: 1, locks: [] };
  const shapes = [
    ...Array.from({ length: 30 }, () => large),
    small,
    wide,
    ...Array.from({ length: 40 }, () => small),
  ];
  const admission = new Admission(inOrder(shapes), budget);
  t.equal(admission.giveUp(1024).length, 30);
  admission.admit();
  let overtook = 0;
  for (let next = admission.admit(); next !== undefined; next = admission.admit()) {
    overtook++;
    admission.release(next);
  }
  t.equal(overtook, patience);
});

t.test('drained cases are not admitted', async (t) => {
  const admission = new Admission(casesOf([{ memoryMiB: 512, vcpus: 1, locks: [] }]), budget);
  t.equal(admission.drain().length, 1);
  t.equal(admission.admit(), undefined);
});
