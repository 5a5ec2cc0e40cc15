/**
 * What findings tell besides their failure: since which release, and which report to look into.
 */

import t from 'tap';
import type { SuiteId } from '../../../harness/model/ids.js';
import type { GateVerdict } from '../../../results/gate/evaluate.js';
import { explainVerdict } from '../../../results/gate/explain.js';
import { sourceOfRun } from '../../../results/gate/field-evidence.js';
import { subjectsOf } from '../../../results/gate/record.js';
import type { RunEvidence } from '../../../results/gate/run-evidence.js';
import {
  canaryReport,
  candidate,
  daysAgo,
  digest,
  failed,
  passed,
  runOf,
  suites,
} from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';
import { only, victim } from './laundering/attempt.js';

function findingsOf({ rules }: GateVerdict, rule: string) {
  return rules.find((one) => one.rule === rule)?.findings ?? [];
}

/** 4152.1.0 updated to a release, so many days ago. */
function updateTo(version: string, days: number, attempts = {}): RunEvidence {
  const updatesTo = [{ version, payloadSha256: digest(`payload ${version}`) }];
  const at = { startedAt: daysAgo(days), endedAt: daysAgo(days - 0.1) };
  return runOf('4152.1.0', { ...at, updatesTo }, attempts);
}

t.test('a failed update is told with the first release that it failed to', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  const bad = { 'update/to-next': [failed()] };
  for (const version of ['4190.1.0', '4200.1.0']) {
    await world.addCandidate(candidate(version, { publishedAt: daysAgo(60) }));
  }
  await world.addRun(updateTo('4190.1.0', 55));
  await world.addRun(updateTo('4200.1.0', 50, bad));
  // Its own machines are well: what failed is to come to it.
  await world.addRun(runOf('4200.1.0', { startedAt: daysAgo(49), endedAt: daysAgo(48.9) }));
  const run = updateTo('4230.1.0', 2, bad);
  await world.addRun(run);
  t.match(findingsOf(await world.ask(), 'updates'), [
    {
      subject: /^the update from 4152\.1\.0 on amd64: update\/to-next/,
      status: 'FAIL',
      firstBad: '4200.1.0',
      rate: { failed: 1, trials: 1 },
      report: `${run.run}/report.html#/case/7`,
    },
  ]);
});

t.test('an update that nobody could tell of is told with its run', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  const run = updateTo('4230.1.0', 2, { 'rollback/no-init': [{ outcome: 'errored' }] });
  await world.addRun(run);
  const report = `${run.run}/report.html#/case/8`;
  t.match(findingsOf(await world.ask(), 'updates'), [{ status: 'INCONCLUSIVE', report }]);
});

t.test('a suite that was left out is told with the run that left it out', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  const run = runOf('4230.1.0');
  const cases = run.cases.filter(({ suite }) => suite !== victim);
  const excluded = [{ suite: victim, reason: 'needs a quorum' }];
  const told = { subject: victim, seen: 'needs a quorum', status: 'FAIL', run: run.run };
  await only(world, { ...run, cases, excluded });
  const whole = { ...told, report: `${run.run}/report.html` };
  t.match(findingsOf(await world.ask(), 'inventory'), [whole]);

  const skipping = runOf('4230.1.0', {}, { [victim]: [{ outcome: 'skipped' }] });
  await only(world, skipping);
  const report = `${skipping.run}/report.html#/case/3`;
  const found = { subject: victim, seen: 'skipped by the guest', report };
  t.match(findingsOf(await world.ask(), 'inventory'), [found]);
});

t.test('what takes more is told with the case that takes the most', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  const heavy = suites.map((suite) => {
    return [suite, [{ ...passed, memoryMiB: suite === victim ? 900 : 700 }]] as const;
  });
  const run = runOf('4230.1.0', {}, Object.fromEntries(heavy));
  await only(world, run);
  const report = `${run.run}/report.html#/case/3`;
  t.match(findingsOf(await world.ask(), 'memory'), [{ status: 'FAIL', report }]);
});

t.test('too many flaky cases are told with the first of them', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  const names = ['etcd/forms', 'etcd/minority', 'ignition/files'] as SuiteId[];
  const flaky = names.map((suite) => [suite, [failed(), passed]] as const);
  const run = runOf('4230.1.0', {}, Object.fromEntries(flaky));
  await only(world, run);
  const [all] = findingsOf(await world.ask(), 'flakes');
  t.match(all, { subject: 'all cases', report: `${run.run}/report.html#/case/2` });
});

t.test('a failure that is unknown before is told with its place', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  const before = runOf('4152.1.0', { startedAt: daysAgo(80), endedAt: daysAgo(79.9) });
  await world.addRun({ ...before, cases: before.cases.filter(({ suite }) => suite !== victim) });
  const run = runOf('4230.1.0', {}, { [victim]: [failed()] });
  await world.addRun(run);
  const told = { firstBad: '4230.1.0', report: `${run.run}/report.html#/case/3` };
  t.match(findingsOf(await world.ask(), 'no-regression'), [{ status: 'INCONCLUSIVE', ...told }]);
});

t.test('canaries of a run are told with it', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  const run = '20260629-120000-aaaa';
  const subjects = subjectsOf(candidate('4230.1.0'));
  for (const source of [sourceOfRun(run), 'another fleet']) {
    const predicate = canaryReport({ source, failed: source === 'another fleet' ? 1 : 60 });
    await world.sign('canaries', 'canary', { subjects, predicate }, world.field);
  }
  const worse = findingsOf(await world.ask(), 'canary');
  t.ok(worse.length > 0);
  for (const one of worse) t.match(one, { run, report: `${run}/report.html` });
});

t.test('who sees the name of a report is told how to make one', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  const next = /^reports are in the directory of the runs; .* \.\/yard report RUN --format html$/m;
  t.notMatch(explainVerdict(await world.ask()).join('\n'), next, 'nothing to look into');
  await world.addRun(runOf('4230.1.0', { record: digest('another') }, { [victim]: [failed()] }));
  t.match(explainVerdict(await world.ask()).join('\n'), next);
});
