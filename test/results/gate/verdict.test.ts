/**
 * Properties of the verdict that hold whatever the runs came to, what it tells of a failure, and its
 * exit status.
 */

import fc from 'fast-check';
import t from 'tap';
import type { Outcome } from '../../../harness/model/outcome.js';
import { evaluate, type GateRequest } from '../../../results/gate/evaluate.js';
import { exitCodeOfVerdict } from '../../../results/gate/exit-code-of-verdict.js';
import { explainVerdict } from '../../../results/gate/explain.js';
import { keepInputs, readInputs, replay } from '../../../results/gate/inputs.js';
import { readGateState } from '../../../results/gate/open-ledger.js';
import { readGateRequest } from '../../../results/gate/read-request.js';
import type { AttemptEvidence, SignedRun } from '../../../results/gate/run-evidence.js';
import {
  candidate,
  daysAgo,
  digest,
  failed,
  now,
  runOf,
  suites,
} from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';

async function requestOf(world: GateWorld): Promise<GateRequest> {
  const { channels } = await readGateState(world.context());
  const currently = channels.get('beta')?.release;
  const past = { promotions: [], revocations: [], knownRuns: [] };
  const question = { version: '4230.1.0', to: 'beta', now, currently, ...past };
  return await readGateRequest(world.directory, question);
}

/** The honest request with more runs of the candidate, in which suites came to these outcomes. */
function withRuns(request: GateRequest, told: readonly (readonly Outcome[])[]): GateRequest {
  const more = told.map((outcomes, n): SignedRun => {
    const attempts = outcomes.map((outcome, at): [string, AttemptEvidence[]] => {
      return [suites[at] ?? '', [outcome === 'failed' ? failed() : { outcome }]];
    });
    const run = { run: `20260626-120000-${String(n).padStart(4, '0')}`, record: digest(`${n}`) };
    const evidence = runOf('4230.1.0', run, Object.fromEntries(attempts));
    return { runner: 'lab', sequence: 4 + n, statement: digest(`s${n}`), evidence };
  });
  const { evidence } = request;
  return { ...request, evidence: { ...evidence, runs: [...evidence.runs, ...more] } };
}

const outcome = fc.constantFrom<Outcome>('passed', 'failed', 'errored', 'skipped', 'cancelled');
const runs = fc.array(fc.array(outcome, { maxLength: suites.length }), { maxLength: 4 });

t.test('a release is promoted when nothing failed, and only then', async (t) => {
  const request = await requestOf(await GateWorld.honest(t.testdir({})));
  fc.assert(
    fc.property(runs, (told) => {
      const { verdict } = evaluate(withRuns(request, told));
      return (verdict === 'promote') === !told.flat().includes('failed');
    }),
    { numRuns: 60 },
  );
  t.pass('for 60 sets of runs');
});

t.test('one failure more never helps', async (t) => {
  const request = await requestOf(await GateWorld.honest(t.testdir({})));
  const order = ['promote', 'needs-approval', 'hold', 'block'];
  const place = (told: readonly (readonly Outcome[])[]) => {
    return order.indexOf(evaluate(withRuns(request, told)).verdict);
  };
  fc.assert(
    fc.property(runs, fc.nat(suites.length - 1), (told, at) => {
      const worse = suites.map((_, n): Outcome => (n === at ? 'failed' : 'passed'));
      return place([...told, worse]) >= place(told);
    }),
    { numRuns: 60 },
  );
  t.pass('for 60 sets of runs');
});

t.test('a rule that throws blocks, and the others are judged all the same', async (t) => {
  const { evidence, ...rest } = await requestOf(await GateWorld.honest(t.testdir({})));
  const canaries = evidence.canaries.map((one) => ({ ...one, failed: one.instances + 1 }));
  const { verdict, rules } = evaluate({ ...rest, evidence: { ...evidence, canaries } });
  t.equal(verdict, 'block');
  const open = rules.filter(({ status }) => status !== 'PASS');
  t.match(open, [{ rule: 'canary', status: 'ERROR', summary: 'it could not be judged' }]);
  t.match(open[0]?.findings, [
    { subject: 'canary', expected: 'a judgement', seen: '101 failures of 100 trials' },
  ]);
  t.equal(rules.length, evaluate({ ...rest, evidence }).rules.length);
});

t.test('the order of the files does not matter', async (t) => {
  const request = await requestOf(await GateWorld.honest(t.testdir({})));
  const { evidence } = request;
  const turned = { ...request, evidence: { ...evidence, runs: [...evidence.runs].reverse() } };
  const strip = (of: GateRequest) => evaluate(of).rules;
  t.same(strip(turned), strip(request));
});

t.test('kept inputs come to the same, bit for bit', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  const request = await requestOf(world);
  const kept = await keepInputs(world.directory, request);
  t.equal(await keepInputs(world.directory, request), kept, 'twice is once');
  const again = await readInputs(world.directory, kept);
  t.ok(replay(again, evaluate(request)).isSame);
  await world.addHistory({ days: 91 });
  t.ok(
    replay(await readInputs(world.directory, kept), evaluate(request)).isSame,
    'a later history',
  );
  await world.forgetRuns();
  await t.rejects(readInputs(world.directory, kept), { code: 'INPUTS_MISSING' });
});

t.test('a failure is told with its rate, its first release and its place', async (t) => {
  const world = await GateWorld.make(t.testdir({}));
  const bad = { 'etcd/forms': [failed()] };
  for (const [n, version] of ['4152.1.0', '4200.1.0', '4210.1.0'].entries()) {
    const at = { startedAt: daysAgo(40 - n), endedAt: daysAgo(39.9 - n) };
    await world.addRun(runOf(version, at, n === 0 ? {} : bad));
  }
  const run = runOf('4230.1.0', {}, bad);
  await world.addRun(run);
  await world.addCandidate(candidate('4230.1.0'));
  const verdict = await world.ask();
  const rule = verdict.rules.find((one) => one.rule === 'all-suites');
  t.match(rule?.findings, [
    {
      subject: 'etcd/forms on amd64, qemu, bios',
      expected: 'passed',
      firstBad: '4200.1.0',
      rate: { failed: 1, trials: 1, high: 1 },
      run: run.run,
      report: `${run.run}/report.html#/case/2`,
    },
  ]);
  const text = explainVerdict(verdict, { all: true }).join('\n');
  t.match(text, /first bad in 4200\.1\.0; failed 1 of 1, 5 % to 100 %; signature [0-9a-f]{12}/);
  t.equal(exitCodeOfVerdict(verdict), 1);
});

t.test('exit statuses', async (t) => {
  const honest = await requestOf(await GateWorld.honest(t.testdir({})));
  const { evidence } = honest;
  const code = (change: object) => {
    return exitCodeOfVerdict(evaluate({ ...honest, evidence: { ...evidence, ...change } }));
  };
  t.equal(code({}), 0, 'promote');
  t.equal(code({ approvals: [] }), 1, 'needs approval');
  t.equal(code({ canaries: [] }), 3, 'nobody can tell');
  t.equal(code({ runs: [] }), 3, 'no run at all');
  t.equal(code({ knownRuns: [{ runner: 'lab', sequence: 9, statement: 'x' }] }), 3, 'block');
});
