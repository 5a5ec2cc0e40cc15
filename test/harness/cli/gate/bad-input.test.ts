/**
 * What the commands that judge and act say to bad input.
 */

import t from 'tap';
import { type BadInput, GateDesk, refusesAll } from './gate-desk.js';

const gate = ['--key', 'gate.key.pem'];
const alpha = ['--to', 'alpha'];

const table: readonly BadInput[] = [
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
];

t.test('each in one line, and nothing is written', async (t) => {
  await refusesAll(t, await GateDesk.make(t.testdir({})), table);
});
