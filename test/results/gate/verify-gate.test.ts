/**
 * Records that the gate's own key signed and that are not what their inputs come to: each is found by
 * `verify` and by `replay`, whoever made them.
 */

import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { canonicalJson, sha256 } from '../../../results/gate/canonical-json.js';
import { appendEntry, type LedgerEntry, makeEntry } from '../../../results/gate/ledger.js';
import { readGateState } from '../../../results/gate/open-ledger.js';
import { namesIn } from '../../../results/gate/read-statements.js';
import { subjectsOf } from '../../../results/gate/record.js';
import { verifyGate } from '../../../results/gate/verify-gate.js';
import { yard } from '../../harness/cli/gate/gate-desk.js';
import { candidate } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';

/** What is in the ledger after the adoption and an honest promotion, but for this. */
type Change = (promotion: LedgerEntry) => Pick<LedgerEntry, 'kind' | 'subjects' | 'predicate'>;

function withVerdict({ predicate }: LedgerEntry, fields: object): LedgerEntry['predicate'] {
  const verdict = predicate['verdict'] as object;
  return { ...predicate, verdict: { ...verdict, ...fields } };
}

const forgeries: readonly (readonly [string, Change, RegExp])[] = [
  [
    'the promotion of what was held',
    (own) => ({ ...own, predicate: withVerdict(own, { verdict: 'hold' }) }),
    /^it promotes what was hold$/,
  ],
  [
    'another verdict',
    (own) => ({ ...own, kind: 'verdict', predicate: withVerdict(own, { verdict: 'hold' }) }),
    /^its inputs come to another verdict; see yard gate replay 3$/,
  ],
  [
    'fewer approvals than its inputs have',
    (own) => ({ ...own, kind: 'verdict', predicate: { ...own.predicate, approvals: [] } }),
    /^what it copies from its inputs is not what they are$/,
  ],
  [
    'other images',
    (own) => ({ ...own, kind: 'verdict', subjects: subjectsOf(candidate('4152.1.0')) }),
    /^it is about other images than its inputs$/,
  ],
];

/** An honest promotion, and after it a record that the gate's key signed. */
async function forged(directory: string, change: Change): Promise<GateWorld> {
  const world = await GateWorld.honest(directory);
  await world.promote();
  await append(world, change);
  return world;
}

async function append(world: GateWorld, change: Change): Promise<void> {
  const { entries } = await readGateState(world.context());
  const [, promotion] = entries;
  if (promotion === undefined) throw new Error('it was not promoted');
  const envelope = await makeEntry(entries, change(promotion), [world.gate]);
  await appendEntry(join(world.directory, 'ledger.jsonl'), envelope);
}

for (const [name, change, message] of forgeries) {
  t.test(name, async (t) => {
    const world = await forged(t.testdir({}), change);
    const found = await verifyGate(world.context());
    const wrong = found.filter(({ problem }) => problem !== undefined);
    t.match(wrong, [{ subject: 'record 3', problem: message }]);
    t.equal(wrong.length, 1, 'the others hold');
  });
}

t.test('replay says where the two verdicts part', async (t) => {
  const change: Change = (own) => {
    return { ...own, kind: 'verdict', predicate: withVerdict(own, { verdict: 'hold' }) };
  };
  const { directory } = await forged(t.testdir({}), change);
  const replay = async (record: string) =>
    await yard(directory, 'gate', 'replay', record, '--directory', '.');
  t.match(await replay('2'), { exitCode: 0, stdout: /^the same, bit for bit: 4230\.1\.0 to beta/ });
  t.match(await replay('3'), { exitCode: 1, stdout: /^not the same; it first differs in verdict/ });
  t.match(await replay('1'), {
    exitCode: 2,
    stderr: /^yard: record 1: expected a verdict or a promotion, seen adoption; .*\[NO_VERDICT\]$/,
  });
});

/** Inputs as they were kept when revocations were no evidence yet; their digest. */
async function oldInputs(directory: string): Promise<string> {
  const [name = ''] = await namesIn(join(directory, 'inputs'), '.json');
  const { evidence, ...rest } = JSON.parse(await readFile(join(directory, 'inputs', name), 'utf8'));
  const { revocations: _, ...old } = evidence;
  const text = canonicalJson({ ...rest, evidence: old });
  await writeFile(join(directory, 'inputs', `${sha256(text)}.json`), text);
  return sha256(text);
}

t.test('a record of a time when revocations were no evidence', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await world.promote();
  const inputs = await oldInputs(world.directory);
  await append(world, (own) => ({ ...own, predicate: { ...own.predicate, inputs } }));
  const { exitCode, stderr } = await yard(
    '.',
    'gate',
    'replay',
    '3',
    '--directory',
    world.directory,
  );
  t.equal(exitCode, 2);
  t.match(stderr, /^yard: \S+\.json: it is of .*; replay it with the version .* \[INPUTS_OLD\]$/);
});

t.test('half of a last line was never answered for', async (t) => {
  const world = await GateWorld.honest(t.testdir({}));
  await world.promote();
  await appendFile(join(world.directory, 'ledger.jsonl'), '{"payloadType":');
  const found = await verifyGate(world.context());
  t.same(
    found.filter(({ problem }) => problem !== undefined),
    [],
  );
});
