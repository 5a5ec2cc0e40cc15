/**
 * Plans: cases with stable ids, reasons for what is left out, large cases first.
 */

import fc from 'fast-check';
import t from 'tap';
import { parseSuiteId } from '../../../harness/model/ids.js';
import { nameOfCase, type Plan } from '../../../harness/model/plan.js';
import type { Suite } from '../../../harness/model/suite.js';
import { role, singleMachine } from '../../../harness/model/topology.js';
import { makePlan, type PlanRequest } from '../../../harness/plan/make-plan.js';
import { fakeDescriptor, fakePlan, fakeSuite } from '../../support/fixtures.js';

/** The plan of these suites on a host with plenty of room. */
function planOf(suites: readonly Suite[], overrides: Partial<PlanRequest> = {}): Plan {
  return makePlan({
    suites,
    image: fakeDescriptor(),
    platform,
    seed: 1,
    budget: { memoryMiB: 65_536, vcpus: 64 },
    whyNot: () => undefined,
    ...overrides,
  });
}

const platform = { name: 'qemu', capabilities: [] };

t.test('what does not apply or can never fit is excluded with its reason', async (t) => {
  const suites = [
    fakeSuite('a/fits'),
    fakeSuite('a/wide', { topology: singleMachine({ vcpus: 9 }) }),
    fakeSuite('a/large', { topology: { roles: { main: role({ count: 5, memoryMiB: 1024 }) } } }),
    fakeSuite('a/other'),
  ];
  const plan = makePlan({
    suites,
    image: fakeDescriptor(),
    platform,
    seed: 1,
    budget: { memoryMiB: 4096, vcpus: 8 },
    whyNot: ({ id }) => (id === 'a/other' ? 'not today' : undefined),
  });
  const costs = plan.cases.map(({ suite, cost }) => [suite, cost] as const);
  t.same(Object.fromEntries(costs), {
    'a/fits': { machines: 1, vcpus: 2, memoryMiB: 1024 },
    // Processors are shared.
    'a/wide': { machines: 1, vcpus: 9, memoryMiB: 1024 },
  });
  // The promises that stay unproven for it.
  const claims = ['B01'];
  t.same(plan.excluded, [
    { suite: parseSuiteId('a/large'), claims, reason: 'needs 5120 MiB of memory, may use 4096' },
    { suite: parseSuiteId('a/other'), claims, reason: 'not today' },
  ]);
});

t.test('large cases come first', async (t) => {
  const small = Array.from({ length: 9 }, (_, n) => fakeSuite(`a/s${n}`));
  const large = fakeSuite('a/large', { topology: singleMachine({ memoryMiB: 4096 }) });
  t.equal(fakePlan([...small, large]).cases[0]?.suite, 'a/large');
});

t.test('large is what takes most of the scarcer resource', async (t) => {
  const wide = fakeSuite('a/wide', { topology: singleMachine({ vcpus: 8, memoryMiB: 512 }) });
  const deep = fakeSuite('a/deep', { topology: singleMachine({ vcpus: 1, memoryMiB: 2048 }) });
  const plan = makePlan({
    suites: [deep, wide],
    image: fakeDescriptor(),
    platform,
    seed: 1,
    budget: { memoryMiB: 8192, vcpus: 8 },
    whyNot: () => undefined,
  });
  t.same(
    plan.cases.map(({ suite }) => suite),
    ['a/wide', 'a/deep'],
  );
});

t.test('repetitions have ids of their own, and the first keeps the usual one', async (t) => {
  const ids = (repeatEach?: number) =>
    planOf([fakeSuite('a/one')], { repeatEach }).cases.map(({ id, repeat }) => [id, repeat]);
  const usual = 'a/one@fake-amd64@qemu-bios';
  t.same(ids(), [[usual, undefined]]);
  t.same(
    new Map(ids(3) as [string, number][]),
    new Map<string, number | undefined>([
      [usual, undefined],
      [`${usual}#2`, 2],
      [`${usual}#3`, 3],
    ]),
  );
});

t.test('shards are a partition, and say where the rest is', async (t) => {
  const suites = Array.from({ length: 10 }, (_, n) => fakeSuite(`a/s${n}`));
  const shards = [1, 2, 3].map((index) =>
    planOf(suites, { repeatEach: 2, shard: { index, count: 3 } }),
  );
  const ids = shards.flatMap(({ cases }) => cases.map(({ id }) => id));
  t.equal(new Set(ids).size, 20);
  t.equal(ids.length, 20);
  const [first] = shards as [Plan];
  t.equal(first.cases.length + first.excluded.length, 20);
  for (const { reason, inShard } of first.excluded) t.equal(reason, `in shard ${inShard}/3`);
  t.ok(first.excluded.every(({ inShard }) => inShard === 2 || inShard === 3));
});

t.test('a shard holds the same on hosts of other sizes, seeds and capabilities', async (t) => {
  const suites = Array.from({ length: 9 }, (_, n) =>
    fakeSuite(`a/s${n}`, { topology: singleMachine({ memoryMiB: 1024 * (1 + n) }) }),
  );
  const inFirst = ({ cases, excluded }: Plan) => {
    const elsewhere = excluded.filter(({ reason }) => /^in shard/.test(reason));
    t.equal(cases.length + excluded.length, 9);
    return elsewhere.map(({ suite }) => suite).sort();
  };
  const shard = { index: 1, count: 2 };
  const large = planOf(suites, { shard });
  const small = planOf([...suites].reverse(), {
    shard,
    seed: 99,
    budget: { memoryMiB: 3072, vcpus: 4 },
    whyNot: ({ id }) => (id === 'a/s0' ? 'not here' : undefined),
  });
  t.ok(small.cases.length < large.cases.length);
  t.same(inFirst(small), inFirst(large));
});

t.test('longest first; unknown counts as the median; equal ones in seeded order', async (t) => {
  const known: Record<string, number> = { 'a/short': 1_000, 'a/middle': 5_000, 'a/long': 60_000 };
  const suites = ['a/short', 'a/new', 'a/long', 'a/middle'].map((id) => fakeSuite(id));
  const forecastOf: PlanRequest['forecastOf'] = ({ suite }) => {
    const durationMs = known[suite];
    return durationMs === undefined ? undefined : { durationMs };
  };
  const order = (seed: number) =>
    planOf(suites, { seed, forecastOf }).cases.map((one) => one.suite);
  for (const seed of [1, 2, 3, 4]) {
    t.same([order(seed)[0], order(seed)[3]], ['a/long', 'a/short'], `seed ${seed}`);
  }
  t.same(planOf(suites, { forecastOf }).cases[0]?.forecast, { durationMs: 60_000 });
  const seconds = new Set([1, 2, 3, 4, 5, 6].map((seed) => order(seed)[1]));
  t.same([...seconds].sort(), ['a/middle', 'a/new'], 'which of two equal ones depends on the seed');
});

t.test('any plan: each repetition is planned or excluded once, and the same again', async () => {
  const suite = fc.record({
    memoryMiB: fc.integer({ min: 128, max: 8192 }),
    applies: fc.boolean(),
  });
  const request = fc.record({
    all: fc.array(suite, { maxLength: 30 }),
    repeatEach: fc.integer({ min: 1, max: 3 }),
    count: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat(),
  });
  const property = fc.property(request, ({ all, repeatEach, count, seed }) => {
    const suites = all.map(({ memoryMiB }, n) =>
      fakeSuite(`a/s${n}`, { topology: singleMachine({ memoryMiB }) }),
    );
    const whyNot = ({ id }: Suite) => (all[Number(id.slice(3))]?.applies ? undefined : 'not here');
    const budget = { memoryMiB: 4096, vcpus: 4 };
    const plans = (index: number) => {
      return planOf(suites, { repeatEach, seed, budget, whyNot, shard: { index, count } });
    };
    const parts = Array.from({ length: count }, (_, n) => plans(n + 1));
    const names = ({ cases, excluded }: Plan) => [...cases, ...excluded].map(nameOfCase);
    const ids = parts.flatMap(({ cases }) => cases.map(({ id }) => id));
    const [first, again] = [parts[0] as Plan, plans(1)];
    return (
      parts.every((part) => new Set(names(part)).size === names(part).length) &&
      parts.every((part) => names(part).length === suites.length * repeatEach) &&
      new Set(ids).size === ids.length &&
      first.cases.map(({ id }) => id).join() === again.cases.map(({ id }) => id).join()
    );
  });
  fc.assert(property, { numRuns: 100 });
});
