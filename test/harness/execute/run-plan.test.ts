/**
 * Running plans on the fake platform: every case ends once, within the budget.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { ProductError } from '../../../harness/base/errors.js';
import { pause } from '../../../harness/base/poll.js';
import { runPlan } from '../../../harness/execute/run-plan.js';
import { usualShare } from '../../../harness/model/room.js';
import { role } from '../../../harness/model/topology.js';
import { FakePlatform, type FakeScript } from '../../support/fake-platform.js';
import { EventList, fakeImage, fakePlan, fakeSuite } from '../../support/fixtures.js';
import { run } from './run-fake-plan.js';

t.test('a suite that does nothing passes', async (t) => {
  const { events, ends, platform } = await run([fakeSuite('a/one')]);
  t.match(ends, [{ case: 'a/one@fake-amd64@fake-bios', attempt: 1, outcome: 'passed' }]);
  t.equal(events.of('case-planned').length, 1);
  t.equal(platform.tornDown, 1);
});

t.test('random plans: never over budget, every case ends once, locks are exclusive', async (t) => {
  const shape = fc.record({
    count: fc.integer({ min: 1, max: 3 }),
    vcpus: fc.integer({ min: 1, max: 2 }),
    memoryMiB: fc.constantFrom(256, 512, 1024),
    lock: fc.boolean(),
  });
  const directory = t.testdir();
  const property = fc.asyncProperty(
    fc.array(shape, { maxLength: 20 }),
    fc.nat(),
    async (all, seed) => {
      let holders = 0;
      const suites = all.map(({ lock, ...shape }, n) =>
        fakeSuite(`a/s${n}`, {
          topology: { roles: { main: role(shape) } },
          locks: lock ? ['one'] : [],
          run: async () => {
            if (lock && ++holders > 1) throw new ProductError('SHARED_LOCK', 'two hold the lock');
            await pause(0, new AbortController().signal);
            if (lock) holders--;
          },
        }),
      );
      const budget = { memoryMiB: 4096, vcpus: 7 };
      const { platform, ends } = await run(suites, { budget, seed, directory });
      const ids = ends.map((end) => end.case);
      return (
        platform.peak.memoryMiB <= budget.memoryMiB &&
        platform.peak.vcpus * usualShare.vcpus <= budget.vcpus &&
        platform.used.clusters === 0 &&
        ids.length === suites.length &&
        new Set(ids).size === ids.length &&
        ends.every(({ outcome }) => outcome === 'passed')
      );
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

t.test('a case that waits for much room is not starved by small ones', async (t) => {
  const started: string[] = [];
  const timed = (id: string, durationMs: number) => ({
    run: async ({ signal }: { readonly signal: AbortSignal }) => {
      started.push(id);
      await pause(durationMs, signal);
    },
  });
  const shaped = (memoryMiB: number, vcpus: number) => ({
    topology: { roles: { main: role({ memoryMiB, vcpus }) } },
  });
  const first = fakeSuite('large/first', { ...timed('first', 5), ...shaped(6144, 2) });
  const waits = fakeSuite('large/waits', { ...timed('waits', 1), ...shaped(5120, 4) });
  const small = Array.from({ length: 100 }, (_, n) =>
    fakeSuite(`small/s${n}`, { ...timed(`s${n}`, 1 + (n % 3)), ...shaped(256, 1) }),
  );
  await run([...small, waits, first], { budget: { memoryMiB: 8192, vcpus: 4 } });
  const position = started.indexOf('waits');
  t.ok(position > 0 && position < 40, `started as number ${position} of 102`);
});

t.test('a plan with an unknown suite is refused before anything is logged', async (t) => {
  const events = new EventList();
  const execution = {
    plan: fakePlan([fakeSuite('a/one')]),
    suites: new Map(),
    image: fakeImage(),
    platform: new FakePlatform(),
    events,
    runDirectory: t.testdir(),
    budget: { memoryMiB: 8192, vcpus: 8 },
    retries: 0,
    signal: new AbortController().signal,
  };
  await t.rejects(runPlan(execution), { code: 'UNKNOWN_CASE', message: /a\/one/ });
  t.same(events.events, []);
});

t.test('the same seed gives the same order', async (t) => {
  const suites = Array.from({ length: 30 }, (_, n) => fakeSuite(`a/s${n}`));
  const order = (seed: number) => fakePlan(suites, seed).cases.map(({ suite }) => suite);
  t.same(order(7), order(7));
  t.notSame(order(7), order(8));
});

t.test('repetitions run side by side, each a case with files of its own', async (t) => {
  const directory = t.testdir();
  const clusters: string[] = [];
  const onProvision: FakeScript['onProvision'] = ({ id, artifactDirectory }) => {
    clusters.push(id, artifactDirectory);
  };
  const { ends } = await run([fakeSuite('a/one')], {
    repeatEach: 3,
    directory,
    script: { onProvision },
  });
  t.same(new Set(ends.map((end) => end.case)).size, 3);
  t.equal(new Set(clusters).size, 6, 'names and directories differ');
  for (const part of ['', 'repeat-2/', 'repeat-3/']) {
    t.ok(existsSync(join(directory, `cases/a/one/${part}attempt-1`)), part);
  }
});

t.test('what the machines took is logged with the end of the attempt', async (t) => {
  const usage = { cpuSeconds: 3.5, peakMemoryMiB: 212 };
  const { ends } = await run([fakeSuite('a/one')], { script: { usage } });
  t.match(ends, [{ usage }]);
  const unmeasured = await run([fakeSuite('a/one')]);
  t.notOk('usage' in (unmeasured.ends[0] ?? {}));
});
