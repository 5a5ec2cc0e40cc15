/**
 * Shards: every name in exactly one, about the same time in each, whatever the order of the names.
 */

import fc from 'fast-check';
import t from 'tap';
import { assignShards, parseShard, type Weighed } from '../../../harness/plan/shard.js';

t.test('only i/n with 1 <= i <= n is a shard', async (t) => {
  t.same(parseShard('1/4'), { index: 1, count: 4 });
  t.same(parseShard('4/4'), { index: 4, count: 4 });
  t.same(parseShard('1000/1000'), { index: 1000, count: 1000 });
  for (const text of [
    '',
    '0/4',
    '5/4',
    '1/0',
    '1',
    '1/4/2',
    '-1/4',
    '1.5/4',
    'a/b',
    '1 / 4',
    '1/1001',
  ]) {
    t.equal(parseShard(text), undefined, text);
  }
});

const items = fc.uniqueArray(
  fc.record({
    name: fc.string({ minLength: 1, maxLength: 8 }),
    durationMs: fc.option(fc.integer({ min: 0, max: 600_000 }), { nil: undefined }),
  }),
  { selector: ({ name }) => name, maxLength: 60 },
);

t.test('every name has one shard, the same in every order', async () => {
  const property = fc.property(items, fc.integer({ min: 1, max: 9 }), (all, count) => {
    const shards = assignShards(all, count);
    const again = assignShards([...all].reverse(), count);
    return (
      shards.size === all.length &&
      all.every(({ name }) => shards.get(name) === again.get(name)) &&
      [...shards.values()].every((shard) => shard >= 1 && shard <= count)
    );
  });
  fc.assert(property);
});

/** The time of each shard. */
function loadsOf(all: readonly Weighed[], count: number): number[] {
  const loads = Array.from({ length: count }, () => 0);
  for (const [name, shard] of assignShards(all, count)) {
    const durationMs = all.find((one) => one.name === name)?.durationMs ?? 0;
    loads[shard - 1] = (loads[shard - 1] ?? 0) + durationMs;
  }
  return loads;
}

t.test('times are balanced', async (t) => {
  const all = Array.from({ length: 100 }, (_, n) => ({
    name: `s${n}`,
    durationMs: 1_000 * (1 + ((n * 37) % 100)),
  }));
  const loads = loadsOf(all, 4);
  const mean = loads.reduce((sum, load) => sum + load, 0) / 4;
  for (const load of loads) t.ok(Math.abs(load - mean) < mean * 0.15, `${load} of ${mean}`);
});

t.test('a long one is alone when the others weigh as much together', async (t) => {
  const short = Array.from({ length: 8 }, (_, n) => ({ name: `s${n}`, durationMs: 1_000 }));
  const shards = assignShards([...short, { name: 'z-long', durationMs: 600_000 }], 2);
  t.equal([...shards.values()].filter((shard) => shard === shards.get('z-long')).length, 1);
});

t.test('noise between two runs moves nothing, mostly', async (t) => {
  const all = Array.from({ length: 60 }, (_, n) => ({
    name: `s${n}`,
    durationMs: 1_000 * 1.5 ** (n % 8),
  }));
  const noisy = all.map(({ name, durationMs }, n) => ({
    name,
    durationMs: durationMs * (n % 2 === 0 ? 1.08 : 0.93),
  }));
  t.same(assignShards(noisy, 4), assignShards(all, 4));
});
