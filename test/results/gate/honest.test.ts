/**
 * Honest releases get through: the gate is not simply shut.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { SuiteId } from '../../../harness/model/ids.js';
import { readPolicy } from '../../../results/gate/gate-directory.js';
import { readGateState } from '../../../results/gate/open-ledger.js';
import { check } from '../../../results/gate/promote.js';
import type { RunEvidence } from '../../../results/gate/run-evidence.js';
import {
  candidate,
  daysAgo,
  digest,
  failed,
  passed,
  pastImage,
  runOf,
} from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';
import { another, victim } from './laundering/attempt.js';
import { budget } from './laundering/budget.js';
import { withoutWayBack } from './laundering/left-out-of-update.js';
import { unknownBefore, unknownEver } from './laundering/new-cases.js';
import { nameCode, ownCode } from './laundering/other-code.js';

/** It failed once, and then so often not that this is no more than before. */
const once = [failed(), ...Array.from({ length: 10 }, () => passed)];

t.test('a release with all that the policy wants is promoted, once', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  const verdict = await world.ask();
  t.equal(verdict.verdict, 'promote');
  t.same(
    verdict.rules.map(({ rule, status }) => [rule, status]),
    [
      ...['integrity', 'reports', 'revocations', 'all-suites', 'inventory', 'no-regression'],
      ...['flakes', 'updates', 'complete', 'soak', 'canary', 'memory', 'people', 'waivers'],
    ].map((rule) => [rule, 'PASS']),
    'every rule is judged',
  );
  t.equal((await world.promote()).outcome, 'promoted');
  t.equal((await world.promote()).outcome, 'already');
});

t.test('what the code that the policy names has shown is shown', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  await nameCode(world);
  const past = { startedAt: daysAgo(80), endedAt: daysAgo(79.9) };
  await world.addRun(runOf('4152.1.0', past));
  await world.addRun({ ...world.updateRun(), ...ownCode });
  await world.addRun(runOf('4230.1.0', ownCode));
  await world.addReports();
  const { rules } = await world.ask();
  const open = rules.filter(({ status }) => status !== 'PASS').map(({ rule }) => rule);
  t.same(open, ['inventory'], 'of the release before as well');
  await world.addRun(runOf('4152.1.0', { ...past, ...ownCode, run: '20260411-120000-0001' }));
  t.equal((await world.promote()).outcome, 'promoted', 'whenever that was');
});

t.test('a flaky case is as usual where the code that the policy names had it', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  await budget(world);
  await nameCode(world);
  const past = { startedAt: daysAgo(80), endedAt: daysAgo(79.9), ...ownCode };
  await world.addRun(runOf('4152.1.0', past));
  await world.addRun({ ...world.updateRun(), ...ownCode });
  await world.addRun(runOf('4230.1.0', ownCode, { [victim]: once }));
  await world.addReports();
  const told = { suite: victim, at: daysAgo(20), ...pastImage, passed: 99, failed: 1 };
  await world.addHistory({ entries: [{ ...told, ...ownCode }] });
  t.equal((await world.ask()).verdict, 'promote');
});

t.test('what wants a release to update to is shown by the release before alone', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  const alone = (run: RunEvidence): RunEvidence => {
    const needs = ({ suite }: { readonly suite: string }) => /^(update|rollback)\//.test(suite);
    const excluded = run.cases.filter(needs).map(({ suite }) => ({ suite, reason: 'no release' }));
    return { ...run, cases: run.cases.filter((one) => !needs(one)), excluded };
  };
  await world.addRun(alone(runOf('4152.1.0', { startedAt: daysAgo(80), endedAt: daysAgo(79.9) })));
  await world.addRun(world.updateRun());
  await world.addRun(alone(runOf('4230.1.0')));
  await world.addReports();
  t.equal((await world.promote()).outcome, 'promoted');
});

t.test(
  'what the policy lets runs of an update leave out may be left out, and is named',
  async (t) => {
    const world = await GateWorld.honest(t.testdir({}));
    const rule = (await readPolicy(world.directory)).edges[0]?.rules.find(
      (r) => r.kind === 'edges',
    );
    t.notOk('excluded' in (rule ?? {}), 'a policy that names nothing has the digest that it had');
    const excluded = [{ suite: 'rollback/*', reason: 'Nobody builds broken releases.' }];
    await withoutWayBack(world, { excluded });
    const { verdict, rules } = await world.ask();
    t.equal(verdict, 'promote');
    t.match(
      rules.find(({ kind }) => kind === 'edges')?.summary,
      /left out .*no-init \(the host has no/,
    );
  },
);

t.test('a channel that was only taken note of does not speak against a lineage', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await world.publish('alpha', candidate('4200.0.0'));
  t.equal((await world.promote()).outcome, 'promoted');
});

t.test('a payload that was damaged is put there again', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  const place = `channels/payloads/${await world.keepPayload('payload 4230.1.0')}`;
  await world.write(place, 'half of it');
  await t.rejects(world.promote(), { code: 'WRONG_PAYLOAD' });
  t.notOk(existsSync(join(world.directory, 'channels/beta/releases/4230.1.0')), 'nothing changed');
  await world.keepPayload('payload 4230.1.0');
  t.equal(await world.read(place), 'payload 4230.1.0');
  t.equal((await world.promote()).outcome, 'promoted');
});

t.test('a failure that a waiver names in every respect is excused', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await world.addRun(runOf('4230.1.0', { record: digest('another') }, { 'etcd/forms': once }));
  t.equal((await world.ask()).verdict, 'hold');
  await world.write('waivers/etcd.yaml', waiver('all-suites'));
  await world.write('waivers/flakes.yaml', waiver('flakes'));
  t.equal((await world.ask()).verdict, 'needs-approval', 'who agreed to it has to sign it');
  await world.approve(world.ben);
  const { verdict, rules } = await world.ask();
  t.same(
    rules.filter(({ status }) => status !== 'PASS').map(({ rule, status }) => [rule, status]),
    [['all-suites', 'WAIVED']],
    'one failure more than before may be chance, seen often enough',
  );
  t.equal(verdict, 'promote');
  t.match(rules.at(-1)?.summary, /1 of 2 used; nothing to excuse, remove: flakes\.yaml/);
  t.equal((await world.promote()).outcome, 'promoted');
  const { entries } = await readGateState(world.context());
  t.match(
    entries.at(-1)?.predicate,
    {
      versions: { candidate: '4230.1.0', previous: '4152.1.0', lineage: ['4230.0.0'] },
      waivers: [{ file: 'etcd.yaml', owner: 'ada', approver: 'ben', reason: /The members/ }],
      canaries: [{ source: 'fleet', instances: 100 }],
      approvals: [{ approver: 'ben' }, { approver: 'cleo' }],
      heads: [{ runner: 'lab', sequence: 4 }],
    },
    'the record has copies of all that may go',
  );
});

function waiver(rule: string): string {
  return `schema: 1
rule: ${rule}
case: etcd/forms
signature: ${digest('it broke').slice(0, 12)}
version: 4230.1.0
reason: The members need longer than the suite gives them.
issue: https://example.test/issues/1
owner: ada
approver: ben
created: 2026-06-20
expires: 2026-07-10
`;
}

t.test('a flaky case that the budget has room for is named all the same', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  const text = JSON.stringify(world.policy()).replace('"rate":0.02', '"rate":0.3');
  const policy = text.replace('"kind":"must-pass"', '"kind":"must-pass","flaky":"budget"');
  await world.changePolicy(JSON.parse(policy));
  await world.addRun(runOf('4152.1.0', { startedAt: daysAgo(80), endedAt: daysAgo(79.9) }));
  await world.addRun(world.updateRun());
  await world.addRun(runOf('4230.1.0', {}, { 'etcd/forms': once }));
  await world.addReports();
  const past = { suite: 'etcd/forms' as SuiteId, at: daysAgo(50), ...pastImage };
  await world.addHistory({ entries: [{ ...past, passed: 99, failed: 1 }] });
  const { verdict, rules } = await world.ask();
  t.equal(verdict, 'promote');
  const summary = rules.find(({ rule }) => rule === 'all-suites')?.summary;
  t.match(summary, /; flaky, left to the budget: etcd\/forms on amd64, qemu, bios$/);
});

t.test('a flaky case is as usual where what it was rebuilt from had it, too', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await budget(world);
  await another({}, { [victim]: once })(world);
  await world.approve(world.ben);
  await world.approve(world.cleo);
  const imageSha256 = digest('image 4230.0.0');
  const past = { suite: victim, at: daysAgo(20), ...pastImage, imageSha256 };
  await world.addHistory({ entries: [{ ...past, passed: 99, failed: 1 }] });
  const { rules } = await world.ask();
  const open = rules.filter(({ status }) => status !== 'PASS').map(({ rule }) => rule);
  t.same(open, ['flakes'], 'nobody knows its images');
  await world.addCandidate(candidate('4230.0.0'));
  t.equal((await world.ask()).verdict, 'promote');
});

t.test(
  'a new case that is flaky is seen often enough, here and on the release before',
  async (t) => {
    const world = await GateWorld.make(t.testdir({}));
    const often = Array.from({ length: 26 }, () => passed);
    await unknownEver(world, [failed(), ...often]);
    const asked = await world.ask();
    t.same(
      asked.rules.filter(({ status }) => status !== 'PASS').map(({ rule }) => rule),
      ['no-regression'],
    );
    await world.addRun(runOf('4152.1.0', { run: '20260628-120000-0002' }));
    t.equal((await world.ask()).verdict, 'promote');
  },
);

t.test('what the release before could not run is not asked of it', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  await unknownBefore(world, [failed(), passed]);
  const excluded = [{ suite: victim, reason: 'it needs a TPM' }];
  await world.addRun(runOf('4152.1.0', { run: '20260628-120000-0002', cases: [], excluded }));
  const { rules } = await world.ask();
  t.equal(rules.find(({ rule }) => rule === 'no-regression')?.status, 'PASS');
});

t.test('an infrastructure error that a later run cleared up is none, but is named', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  const errored = { outcome: 'errored' } as const;
  await world.addRun(runOf('4152.1.0', { startedAt: daysAgo(80), endedAt: daysAgo(79.9) }));
  await world.addRun(world.updateRun());
  const cancelled = { outcome: 'cancelled' } as const;
  await world.addRun(
    runOf('4230.1.0', {}, { 'boot/uefi': [errored, cancelled, cancelled, passed] }),
  );
  await world.addReports();
  const { verdict, rules } = await world.ask();
  t.equal(verdict, 'promote');
  const summary = rules.find(({ rule }) => rule === 'all-suites')?.summary;
  const named = /; attempts that say nothing: boot\/uefi on amd64, .* \(1 errored, 2 cancelled\)$/;
  t.match(summary, named);
});

t.test('the first release of a channel has nothing to be compared with', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  await world.addReports();
  const lineage = [{ version: '4152.1.0', channel: 'beta', publishedAt: daysAgo(90) }];
  const release = candidate('4152.2.0', { lineage, publishedAt: daysAgo(20) });
  await world.addCandidate(release);
  await world.addRun(runOf('4152.2.0', { run: '20260629-120000-0009' }));
  const { rules } = await world.ask('4152.2.0', 'stable');
  const open = rules.filter(({ status }) => status !== 'PASS').map(({ rule }) => rule);
  t.same(open, ['complete', 'canary', 'people'], 'only what is about this version');
});

t.test('a problem that its reporter takes back does not hold a release', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await world.report(world.eve, { problem: 'it is slow' });
  await world.report(world.eve, { problem: 'so is alpha', candidate: candidate('4230.0.0') });
  await world.report(world.finn);
  t.equal((await world.ask()).verdict, 'hold');
  await world.report(world.eve);
  const { verdict, rules } = await world.ask();
  t.equal(verdict, 'promote');
  const summary = rules.find(({ rule }) => rule === 'reports')?.summary;
  t.equal(summary, '2 say it is well, 0 have problems');
});

t.test('problems with releases that it does not come from are none of its own', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await world.report(world.eve, { problem: 'it is slow', candidate: candidate('4344.1.0') });
  t.equal((await world.ask()).verdict, 'promote');
});

t.test('nobody signs a report in the name of another', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await t.rejects(world.report(world.eve, { reporter: 'finn' }), {
    code: 'UNTRUSTED_KEY',
    message: /the policy's reporters are eve, finn; the key \w+ is not that of finn; add/,
  });
  await t.rejects(world.report(world.ada), {
    code: 'UNTRUSTED_KEY',
    message: /the policy's reporters are eve, finn; ada is none of them; add/,
  });
});

t.test('a later report or history takes the place of an earlier one, which stays', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await check({ version: '4230.1.0', to: 'beta' }, world.context());
  await world.addHistory({ at: daysAgo(0.2) });
  await check({ version: '4230.1.0', to: 'beta' }, world.context());
  t.equal((await world.promote()).outcome, 'promoted');
  const { entries } = await readGateState(world.context());
  const seen = entries.map(({ predicate }) => predicate['seen']);
  const rows = [{ row: 'canaries of field' }, { row: 'assets of auditor' }, { row: 'history' }];
  t.match(
    seen,
    [undefined, rows, [{ row: 'history' }], []],
    'each is named by the first to see it',
  );
});
