/**
 * Differences that are real and too small to matter, or large and mere chance, hold no release.
 */

import t from 'tap';
import { subjectsOf } from '../../../results/gate/record.js';
import type { AttemptEvidence } from '../../../results/gate/run-evidence.js';
import {
  canaryReport,
  candidate,
  daysAgo,
  failed,
  fleetBefore,
  passed,
  runOf,
  suites,
} from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';
import { victim } from './laundering/attempt.js';
import { booted, timedBoots } from './laundering/boot-time.js';
import { budget } from './laundering/budget.js';

type Attempts = Readonly<Record<string, readonly AttemptEvidence[]>>;

/** Runs of both releases, the past one and its update included, and all that the policy wants besides. */
async function addAll(world: GateWorld, before: Attempts, now: Attempts): Promise<void> {
  const past = { startedAt: daysAgo(80), endedAt: daysAgo(79.9) };
  await world.addRun(runOf('4152.1.0', past, before));
  await world.addRun(world.updateRun());
  await world.addRun(runOf('4230.1.0', {}, now));
  await world.addReports();
}

function times(count: number, one: AttemptEvidence): AttemptEvidence[] {
  return Array.from({ length: count }, () => one);
}

t.test('a case fails believably more often, by less than the floor', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  await budget(world);
  const now = [...times(8, failed()), ...times(392, passed)];
  await addAll(world, { [victim]: times(400, passed) }, { [victim]: now });
  t.equal((await world.ask()).verdict, 'promote', '8 of 400, and none before');
});

t.test('every boot takes a little longer', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  await timedBoots(world, booted(9000), booted(9450));
  const { verdict, rules } = await world.ask();
  t.equal(verdict, 'promote');
  t.match(rules.find(({ kind }) => kind === 'performance')?.summary, /, 1\.05 times, in 10 cases$/);
});

t.test('the memory that suites take varies, and most take more now', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  const take = (memoryMiB: number): AttemptEvidence => ({ ...passed, memoryMiB });
  const each = (of: (n: number) => AttemptEvidence[]): Attempts => {
    return Object.fromEntries(suites.map((suite, n) => [suite, of(n)]));
  };
  const [before, now] = [
    () => [take(384), take(640)],
    (n: number) => [take(n < 6 ? 614.4 : 409.6)],
  ];
  await addAll(world, each(before), each(now));
  const { verdict, rules } = await world.ask();
  t.match(rules.find(({ kind }) => kind === 'performance')?.summary, /, 1\.20 times, in 10 cases$/);
  t.equal(verdict, 'promote', 'it may be chance');
});

t.test('canaries fail believably more often, by no more than the floor', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  const subjects = subjectsOf(candidate('4230.1.0'));
  const report = async (count: number, days: number) => {
    const baseline = { ...fleetBefore, instances: 10_000, failed: 0 };
    const predicate = canaryReport({ failed: count, baseline, at: daysAgo(days) });
    await world.sign('canaries', 'canary', { subjects, predicate }, world.field);
    return (await world.ask()).verdict;
  };
  t.equal(await report(1, 0.2), 'promote', '1 of 100, and none of 10,000 before');
  t.equal(await report(2, 0.1), 'hold');
});
