/**
 * What the gate says to files that it can't read: one line, and no verdict.
 */

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { parse, stringify } from 'yaml';
import { describeError, exitCodeOfError } from '../../../../harness/cli/exit.js';
import { openGate } from '../../../../harness/cli/open-gate.js';
import { check } from '../../../../results/gate/promote.js';
import { GateDesk } from './gate-desk.js';

/** The policy of the desk, as far as it is changed here. */
interface DeskPolicy {
  readonly edges: { from: string; rules: { id: string; kind: string; flaky?: string }[] }[];
  readonly trust: Record<string, { name: string; key: string }[]>;
}

function policy(change: (policy: DeskPolicy) => void): (text: string) => string {
  return (text) => {
    const value = parse(text) as DeskPolicy;
    change(value);
    return stringify(value, { aliasDuplicateObjects: false });
  };
}

const policies: readonly [(policy: DeskPolicy) => void, RegExp][] = [
  [
    ({ edges }) => void edges.push(...edges.slice(0, 1)),
    /: there are two edges from developer to alpha; keep one \[BAD_POLICY\]/,
  ],
  [
    ({ edges: [edge] }) => void Object.assign(edge ?? {}, { from: 'alpha' }),
    /: an edge leads from alpha to itself; give another channel \[BAD_POLICY\]/,
  ],
  [
    ({ edges: [edge] }) => void Object.assign(edge?.rules[2] ?? {}, { id: 'all' }),
    /: two rules are called all from developer to alpha; rename one \[BAD_POLICY\]/,
  ],
  [
    ({ edges: [edge] }) => void edge?.rules.splice(1, 1),
    /: the edge from developer to alpha has no rule of kind inventory; add one \[BAD_POLICY\]/,
  ],
  [
    ({ edges: [edge] }) => void Object.assign(edge?.rules[0] ?? {}, { flaky: 'budget' }),
    /: the edge .* leaves flaky cases to a flake-budget that it lacks; add one \[BAD_POLICY\]/,
  ],
  [
    ({ trust }) => void Object.assign(trust['approvers']?.[1] ?? {}, { name: 'Ben' }),
    /: trust\.approvers names ben twice; give one key per person \[BAD_POLICY\]/,
  ],
  [
    ({ trust }) => {
      const [own] = trust['gate'] ?? [];
      Object.assign(own ?? {}, { key: own?.key.split('\n').slice(0, 2).join('\n') });
    },
    /: the key of gate in trust\.gate is cut off; copy its whole file, .* \[BAD_POLICY\]/,
  ],
  [
    ({ trust }) =>
      void Object.assign(trust['gate']?.[0] ?? {}, { key: trust['approvers']?.[1]?.key }),
    /: trust\.approvers and trust\.gate have one key, that of ada; give each a key of .* \[BAD_POLICY\]/,
  ],
  [
    ({ trust }) => {
      const again = (trust['runners'] ?? []).map((one) => ({ ...one, key: `${one.key}\n` }));
      trust['auditors'] = again;
    },
    /: trust\.runners and trust\.auditors have one key, that of lab; .* \[BAD_POLICY\]/,
  ],
  [
    ({ trust }) => {
      trust['retired'] = (trust['runners'] ?? []).map((one) => ({ ...one, role: 'runners' }));
    },
    /: the key of lab is in trust\.runners and in trust\.retired; take it out .* \[BAD_POLICY\]/,
  ],
];

/** A waiver that holds, with these fields. */
function waiver(fields: object): () => string {
  const all = {
    ...{ schema: 1, rule: 'all', case: 'etcd/quorum', signature: '0123456789ab' },
    ...{ version: '1.0.0', reason: 'It is said to be harmless.' },
    ...{ issue: 'https://example.test/1', owner: 'ada', approver: 'ben' },
    ...{ created: '2026-06-20', expires: '2026-07-10' },
    ...fields,
  };
  return () => stringify(all);
}

const waivers: readonly [object, RegExp][] = [
  [
    { expires: '2026-06-20' },
    /: it expires on 2026-06-20, not after 2026-06-20, when it was created \[BAD_WAIVER\]/,
  ],
  [
    { version: { from: '1.2.0', to: '1.1.9' } },
    /: version: 1\.2\.0 comes after 1\.1\.9; exchange them \[BAD_WAIVER\]/,
  ],
  [{ signature: 'it broke' }, /: signature: must be the signature of a failure, 12 digits \[/],
  [{ reason: 'flaky' }, /: reason: must say why, in a sentence \[BAD_WAIVER\]/],
  [{ until: '2026-07-10' }, /: Unrecognized key: "until" \[BAD_WAIVER\]/],
];

const files: readonly (readonly [string, (text: string) => string, RegExp])[] = [
  ...policies.map(([change, message]) => ['policy.yaml', policy(change), message] as const),
  ...waivers.map(([fields, message]) => ['waivers/x.yaml', waiver(fields), message] as const),
  [
    'policy.yaml',
    (text) => `${text}\nextra: 1\n`,
    /policy .*policy\.yaml: Unrecognized key: "extra" \[BAD_POLICY\]/,
  ],
  [
    'policy.yaml',
    (text) => text.replace('same-bytes', 'other'),
    /edges\.0\.mode: .*\[BAD_POLICY\]/,
  ],
  [
    'policy.yaml',
    (text) => text.replace('kind: must-pass', 'kind: may-pass'),
    /rules\.0\.kind.*\[BAD_POLICY\]/,
  ],
  ['policy.yaml', () => 'a: [', /line 1, column.*\[BAD_POLICY\]/],
  ['policy.yaml', (text) => text.replace('MCow', 'XXXX'), /key of lab: .*\[BAD_KEY\]/],
  [
    'candidates/1.0.0.yaml',
    (text) => text.replace('amd64', 'i386'),
    /images\.0\.arch: .*\[BAD_CANDIDATE\]/,
  ],
  [
    'candidates/1.0.0.yaml',
    (text) => text.replace('version: 1.0.0', 'version: 1'),
    /\[BAD_CANDIDATE\]/,
  ],
  [
    'inventory.json',
    () => '["boot/first", "boot/first"]',
    /it names a suite twice \[BAD_INVENTORY\]/,
  ],
  ['inventory.json', () => '[]', /\[BAD_INVENTORY\]/],
  ['history.json', () => '[]', /history\.json: .*\[BAD_ENVELOPE\]/],
  ['ledger.jsonl', () => 'nonsense\n', /ledger\.jsonl, line 1: .*\[BAD_ENVELOPE\]/],
  ['waivers/x.yaml', () => 'rule: all', /waiver x\.yaml: .*case: .*\[BAD_WAIVER\]/],
  ['approvals/x.json', () => '{}', /approvals\/x\.json: payloadType.*\[BAD_ENVELOPE\]/],
];

t.test('files that can’t be read are never passed over', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  for (const [name, change, message] of files) {
    const path = `gate/${name}`;
    const before = await desk.read(path).catch(() => undefined);
    await mkdir(join(desk.directory, path, '..'), { recursive: true });
    await desk.write(path, change(before ?? ''));
    const thrown = await problemOf(desk);
    t.equal(exitCodeOfError(thrown), 2, name);
    t.match(describeError(thrown), message, name);
    t.match(describeError(thrown), /^yard: [^\n]*\]$/, 'one line with a code');
    if (before === undefined) await rm(join(desk.directory, path));
    else await desk.write(path, before);
  }
});

t.test('a ledger that is there and can’t be read is not an empty one', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  await mkdir(join(desk.directory, 'gate/ledger.jsonl'));
  const thrown = await problemOf(desk);
  t.equal(exitCodeOfError(thrown), 2);
  const line =
    /^yard: cannot read \S+ledger\.jsonl: EISDIR.*; put the ledger back \[LEDGER_UNREADABLE\]$/;
  t.match(describeError(thrown), line);
});

t.test('a directory where a file should be is no file less', async (t) => {
  for (const path of ['runs/x.json', 'approvals/x.json', 'waivers/x.yaml']) {
    const desk = await GateDesk.make(t.testdir({}));
    await mkdir(join(desk.directory, 'gate', path), { recursive: true });
    const thrown = await problemOf(desk);
    t.equal(exitCodeOfError(thrown), 2, path);
    t.match(describeError(thrown), /^yard: cannot read \S+: EISDIR.* \[BAD_EVIDENCE\]$/, path);
  }
});

t.test('a waiver with nothing wrong in it is read', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  await mkdir(join(desk.directory, 'gate/waivers'));
  await desk.write('gate/waivers/x.yaml', waiver({})());
  t.match(await problemOf(desk), { verdict: 'hold' });
});

/** What the command would print. */
async function problemOf(desk: GateDesk): Promise<unknown> {
  const { signal } = new AbortController();
  const context = await openGate({ directory: join(desk.directory, 'gate') }, { signal });
  return await check({ version: '1.0.0', to: 'alpha' }, context).catch((thrown: unknown) => thrown);
}
