/**
 * What the gate's commands say to bad input: one line, what to do next, and nothing written.
 */

import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { GateDesk } from './gate-desk.js';

const run = '20261101-101500-aaaa';
const gate = ['--key', 'gate.key.pem'];
const alpha = ['--to', 'alpha'];

const table: readonly [readonly string[], RegExp][] = [
  [['check', '1.0.0'], /required option '--to <channel>' not specified.*\[BAD_ARGUMENT\]/],
  [['check', '1.0.0', '--to', 'gamma'], /Allowed choices are alpha, beta, stable, lts/],
  [
    ['check', '9.9.9', ...alpha],
    /there is no .*9\.9\.9\.yaml; there are: 1\.0\.0 \[UNKNOWN_CANDIDATE\]/,
  ],
  [
    ['check', '1.0.0', '--to', 'beta'],
    /no edge to beta for 1\.0\.0 of developer; it has: developer to alpha/,
  ],
  [
    ['check', '1.0.0', ...alpha, '--directory', 'no'],
    /no gate directory no; make one.*\[NO_GATE\]/,
  ],
  [
    ['check', '1.0.0', ...alpha, '--at', 'soon'],
    /--at soon is no time; give one such as.*\[BAD_TIME\]/,
  ],
  [['check', '1.0.0', ...alpha, '--at', '2026-01-01', ...gate], /leave out --at.*\[CLOCK_CHOSEN\]/],
  [['promote', '1.0.0', ...alpha, ...gate, '--at', '2026-01-01'], /unknown option '--at'/],
  [['promote', '1.0.0', ...alpha], /required option '--key <source>' not specified/],
  [
    ['promote', '1.0.0', ...alpha, '--key', 'ben.key.pem'],
    /none of the policy's gate keys.*\[UNTRUSTED_KEY\]/,
  ],
  [['promote', '1.0.0', ...alpha, '--key', 'gate.pub.pem'], /gate\.pub\.pem: .*\[BAD_KEY\]/],
  [['promote', '1.0.0', ...alpha, '--key', 'fd:99'], /fd:99: .*\[BAD_KEY\]/],
  [['promote', '1.0.0', ...alpha, '--key', 'command:sign'], /give command:PROGRAM.*\[BAD_KEY\]/],
  [
    ['promote', '1.0.0', ...alpha, '--key', 'command:false#gate.pub.pem'],
    /the command false did not sign: exit 1/,
  ],
  [
    ['promote', '1.0.0', ...alpha, ...gate, '--expect', '0.9.0'],
    /alpha has nothing, not 0\.9\.0.*\[CHANNEL_MOVED\]/,
  ],
  [['revoke', '1.0.0', ...gate], /required option '--reason <text>' not specified/],
  [['replay', '7'], /there is no record 7; give a number.*\[UNKNOWN_RECORD\]/],
  [['verify', '--trust', 'no.pem'], /cannot read the key no\.pem.*\[BAD_KEY\]/],
  [
    ['approve', '1.0.0', ...alpha, '--as', 'ada', '--key', 'ada.key.pem'],
    /ada made 1\.0\.0.*\[OWN_RELEASE\]/,
  ],
  [
    ['approve', '1.0.0', ...alpha, '--as', 'ada', '--key', 'ben.key.pem'],
    /the key of ben, and you approve as ada/,
  ],
  [
    ['approve', '1.0.0', ...alpha, '--as', 'gate', ...gate],
    /none of the policy's approvers, who are ben \(/,
  ],
  [
    ['approve', '1.0.0', '--to', 'lts', '--as', 'ben', '--key', 'ben.key.pem'],
    /no edge to lts.*nothing to approve/,
  ],
  [
    ['attest', 'zzzz', '--runs', 'runs', '--key', 'lab.key.pem'],
    /there is no run zzzz.*\[UNKNOWN_RUN\]/,
  ],
  [
    ['attest', run, '--runs', 'runs', ...gate],
    /none of the policy's runners, who are lab \(.*\[UNTRUSTED_KEY\]/,
  ],
  [
    ['attest', run, '--runs', 'runs', ...gate, '--key', 'lab.key.pem'],
    /give --key once; 2 were given \[ONE_KEY\]/,
  ],
  [
    ['history', '--runs', 'runs', '--key', 'ben.key.pem'],
    /none of the policy's runners.*\[UNTRUSTED_KEY\]/,
  ],
  [['keygen', 'a b'], /a b is no name.*\[BAD_NAME\]/],
  [['keygen', 'lab'], /cannot write lab\.key\.pem: it is there already.*\[OUTPUT_FAILED\]/],
  [['init', 'new'], /give --runner NAME=FILE.*\[MISSING_KEY\]/],
  [
    ['init', 'new', '--runner', 'lab', '--gate', 'g=gate.pub.pem'],
    /lab: give NAME=FILE \[BAD_KEY\]/,
  ],
  [
    ['init', 'new', '--runner', 'lab=no.pem', '--gate', 'g=gate.pub.pem'],
    /cannot read the key of lab/,
  ],
];

t.test('bad input is refused in one line, and nothing is written', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  await desk.addRun(run);
  await desk.attest(run);
  await desk.approve();
  const before = (await readdir(desk.directory, { recursive: true })).sort();
  for (const [argv, message] of table) {
    const { exitCode, stderr, stdout } = await desk.yard('gate', ...argv);
    t.equal(exitCode, 2, argv.join(' '));
    t.match(stderr, message, argv.join(' '));
    t.match(stderr, /^yard: [^\n]*\]$/, 'one line with a code');
    t.equal(stdout, '');
  }
  const after = (await readdir(desk.directory, { recursive: true })).sort();
  // What was judged before its signer failed may be kept; nothing points to it.
  t.same(
    after.filter((name) => !name.includes('inputs')),
    before,
  );
});

const files: readonly [string, (text: string) => string, RegExp][] = [
  [
    'policy.yaml',
    (text) => `${text}\nextra: 1\n`,
    /policy gate.*: Unrecognized key: "extra" \[BAD_POLICY\]/,
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
    const { exitCode, stderr } = await desk.check();
    t.equal(exitCode, 2, name);
    t.match(stderr, message, name);
    t.match(stderr, /^yard: [^\n]*\]$/, 'one line with a code');
    if (before === undefined) await rm(join(desk.directory, path));
    else await desk.write(path, before);
  }
});
