/**
 * What the gate says to files that it can't read: one line, and no verdict.
 */

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { describeError, exitCodeOfError } from '../../../../harness/cli/exit.js';
import { openGate } from '../../../../harness/cli/open-gate.js';
import { check } from '../../../../results/gate/promote.js';
import { GateDesk } from './gate-desk.js';

const files: readonly [string, (text: string) => string, RegExp][] = [
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

/** What the command would print. */
async function problemOf(desk: GateDesk): Promise<unknown> {
  const { signal } = new AbortController();
  const context = await openGate({ directory: join(desk.directory, 'gate') }, { signal });
  return await check({ version: '1.0.0', to: 'alpha' }, context).catch((thrown: unknown) => thrown);
}
