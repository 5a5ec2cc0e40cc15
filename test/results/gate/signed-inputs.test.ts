/**
 * What a verdict was made from is looked at with the signatures of those who said it: the gate's own key is
 * worth no approval, and who doubts a verdict needs nobody's word for what others signed.
 */

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { canonicalJson, digestOf, sha256 } from '../../../results/gate/canonical-json.js';
import { candidateDigest } from '../../../results/gate/consent.js';
import { evaluate, type GateRequest } from '../../../results/gate/evaluate.js';
import { citeEvidence } from '../../../results/gate/evidence-digest.js';
import { readInputs } from '../../../results/gate/inputs.js';
import { appendEntry, makeEntry } from '../../../results/gate/ledger.js';
import { readGateState } from '../../../results/gate/open-ledger.js';
import { namesIn } from '../../../results/gate/read-statements.js';
import { recordOf, subjectsOf } from '../../../results/gate/record.js';
import { verifyGate } from '../../../results/gate/verify-gate.js';
import { candidate, daysAgo } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';

/** The inputs of the last verdict. */
async function lastInputs(world: GateWorld): Promise<string> {
  const { entries } = await readGateState(world.context());
  return String(entries.at(-1)?.predicate['inputs']);
}

/** A promotion that follows from these inputs, by the gate's key and nobody else's. */
async function forge(world: GateWorld, change: (gate: GateRequest) => GateRequest) {
  const gate = change(await readInputs(world.directory, await lastInputs(world)));
  const { now, evidence } = gate;
  const text = canonicalJson({
    ...gate,
    now: now.toISOString(),
    evidence: citeEvidence(evidence),
  });
  const inputs = sha256(text);
  await writeFile(join(world.directory, 'inputs', `${inputs}.json`), text);
  const verdict = evaluate(gate);
  const { entries } = await readGateState(world.context());
  const predicate = { ...recordOf(gate, verdict, { inputs, switchyard: 'x' }) };
  const subjects = subjectsOf(evidence.candidate);
  const envelope = await makeEntry(entries, { kind: 'verdict', subjects, predicate }, [world.gate]);
  await appendEntry(join(world.directory, 'ledger.jsonl'), envelope);
  return verdict;
}

async function problems(world: GateWorld): Promise<readonly string[]> {
  const found = await verifyGate({ directory: world.directory });
  return found.flatMap(({ subject, problem }) => (problem ? [`${subject}: ${problem}`] : []));
}

t.test('approvals that nobody signed', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await rm(join(world.directory, 'approvals'), { recursive: true });
  t.equal((await world.promote()).outcome, 'refused');
  const verdict = await forge(world, (gate) => {
    const approvals = [world.ben, world.cleo].map(({ name }) => ({
      approver: name,
      version: '4230.1.0',
      to: 'beta',
      candidate: candidateDigest(candidate('4230.1.0')),
      policy: digestOf(gate.policy),
      at: daysAgo(1),
    }));
    return { ...gate, evidence: { ...gate.evidence, approvals } };
  });
  t.equal(verdict.verdict, 'promote', 'nothing else is missing');
  t.match(await problems(world), [/^record 3: \S+\.json: its approvals are not what was signed$/]);
});

const elsewhere: readonly (readonly [string, (gate: GateRequest) => object, RegExp])[] = [
  ['canaries', () => ({ canaries: [] }), /its canaries are not what was signed/],
  ['audits', () => ({ audits: [] }), /its audits are not what was signed/],
  [
    'a source less, and what it said',
    ({ evidence }) => ({ canaries: [], sources: { ...evidence.sources, canaries: [] } }),
    /its statements are not what was signed/,
  ],
  [
    'a run under another number',
    ({ evidence }) => ({ runs: evidence.runs.map((run) => ({ ...run, sequence: 9 })) }),
    /run 1 of lab is said to be 9 of lab/,
  ],
];
for (const [name, change, message] of elsewhere) {
  t.test(`other inputs: ${name}`, async (t) => {
    const world = await GateWorld.honest(t.testdir({}));
    await world.promote();
    await forge(world, (gate) => ({ ...gate, evidence: { ...gate.evidence, ...change(gate) } }));
    const wrong = await problems(world);
    t.match(wrong[0], message);
    t.equal(wrong.length, 1, 'the honest record holds');
  });
}

t.test('signatures of runs are looked at again', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await world.promote();
  t.same(await problems(world), []);
  const folder = join(world.directory, 'runs');
  const [name = ''] = await namesIn(folder, '.json');
  const envelope = JSON.parse(await readFile(join(folder, name), 'utf8'));
  const signatures = [{ keyid: 'nobody', sig: 'AAAA' }];
  await writeFile(join(folder, name), JSON.stringify({ ...envelope, signatures }));
  t.match(await problems(world), [/^record 2: .*it is signed by nobody, whom the policy does not/]);
});

t.test('a verdict can be doubted when the folders are gone', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await world.promote();
  for (const folder of ['approvals', 'canaries', 'assets']) {
    await rm(join(world.directory, folder), { recursive: true });
  }
  t.same(await problems(world), []);
  const kept = join(world.directory, 'inputs', 'statements');
  const names = await namesIn(kept, '.json');
  t.equal(names.length, 4, 'two approvals, an audit, a canary report');
  await rm(join(kept, names[0] ?? ''));
  t.match(await problems(world), [
    /^record 2: cannot read \S+statements\S+: ENOENT.*; put it back$/,
  ]);
});

t.test('a kept statement that was exchanged for another', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await world.promote();
  const { sources } = (await readInputs(world.directory, await lastInputs(world))).evidence;
  const kept = join(world.directory, 'inputs', 'statements');
  const [one = '', other = ''] = sources.approvals ?? [];
  await writeFile(join(kept, `${one}.json`), await readFile(join(kept, `${other}.json`), 'utf8'));
  t.match(await problems(world), [/^record 2: \S+statements\S+ was changed$/]);
});
