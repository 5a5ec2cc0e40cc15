/**
 * What the commands that make keys and evidence say to bad input.
 */

import t from 'tap';
import { type BadInput, GateDesk, refusesAll } from './gate-desk.js';

const run = '20261101-101500-aaaa';
const gate = ['--key', 'gate.key.pem'];
const alpha = ['--to', 'alpha'];

const table: readonly BadInput[] = [
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

t.test('each in one line, and nothing is written', async (t) => {
  await refusesAll(t, await GateDesk.make(t.testdir({})), table);
});
