/**
 * Text of a guest, made safe and short; words for figures; commands that repeat a case.
 */

import t from 'tap';
import { formatDuration } from '../../../harness/model/quantity-text.js';
import { evidencePath, reproduceCommand } from '../../../results/reporters/explain.js';
import {
  oneLine,
  plainText,
  truncate,
  truncateBytes,
} from '../../../results/reporters/plain-text.js';
import { suite } from '../support/events.js';

t.test('a guest can’t drive the terminal', async (t) => {
  const table: readonly [string, string][] = [
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007text', 'text'],
    ['\u001b]8;;http://x\u0007link\u001b]8;;\u0007', 'link'],
    ['over\rwritten', 'overwritten'],
    ['two\r\nlines\tand a tab', 'two\nlines\tand a tab'],
    ['bell\u0007 back\u0008 c1\u009b31m', 'bell back c1'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['lone \udfff half, 𝄞 and ü stay', 'lone \ufffd half, 𝄞 and ü stay'],
  ];
  for (const [raw, safe] of table) t.equal(plainText(raw), safe);
  t.equal(oneLine(' [    4.3] a \n\t b\nc '), '[    4.3] a b c');
  t.equal(oneLine(`a${' '.repeat(100)}b`), 'a b', 'the blanks of a screen');
});

t.test('cutting keeps characters whole', async (t) => {
  t.equal(truncate('𝄞𝄞𝄞', 2), '𝄞…');
  t.equal(truncate('abc', 3), 'abc');
  t.equal(truncateBytes('ü'.repeat(5), 10), 'üüüüü');
  t.equal(truncateBytes('ü'.repeat(50), 41), `${'ü'.repeat(7)}\n… cut, 100 bytes in all`);
});

t.test('durations', async (t) => {
  const table: readonly [number, string][] = [
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1000, '1.0 s'],
    [9949, '9.9 s'],
    [9950, '10 s'],
    [59_499, '59 s'],
    [59_700, '1 min'],
    [200_000, '3 min 20 s'],
    [3_840_000, '1 h 4 min'],
  ];
  for (const [ms, text] of table) t.equal(formatDuration(ms), text);
});

t.test('the command to repeat keeps what decides the outcome', async (t) => {
  const command = (argv: readonly string[]) => reproduceCommand({ argv, seed: 7 }, suite('a/b'));
  t.equal(command(['run']), './yard run a/b --seed 7');
  t.equal(command(['run', 'x/*', '--plain', '--retries', '2']), './yard run a/b --seed 7');
  t.equal(
    command(['run', '--image=my os', '--accelerator', 'tcg', '--seed', '9']),
    "./yard run a/b --seed 7 --image 'my os' --accelerator tcg",
  );
  t.equal(command(['run', '--image', "it's"]), "./yard run a/b --seed 7 --image 'it'\\''s'");
  t.equal(
    command(['run', '--no-fork', 'x', '--no-screens']),
    './yard run a/b --seed 7 --no-fork --no-screens',
  );
  t.equal(
    command([
      'run',
      '--artifact',
      'k=/k',
      '--artifact=l=/l',
      '--release',
      'next=1:p',
      '--sha512',
      'ab',
    ]),
    './yard run a/b --seed 7 --artifact k=/k --artifact l=/l --release next=1:p --sha512 ab',
  );
  t.equal(command(['mutate', 'boot/*', '--jobs', '2']), "./yard mutate 'boot/*' --jobs 2");
});

t.test('where to look', async (t) => {
  const at = { suite: suite('a/b'), attempt: 2 };
  const path = (machine: string | undefined, machines: readonly string[]) =>
    evidencePath({
      ...at,
      failure: machine === undefined ? {} : { machine },
      machines,
      findings: [],
    });
  t.equal(path('etcd-1', ['etcd-0', 'etcd-1']), 'cases/a/b/attempt-2/etcd-1/console.log');
  t.equal(path(undefined, ['main-0']), 'cases/a/b/attempt-2/main-0/console.log');
  t.equal(path(undefined, ['etcd-0', 'etcd-1']), 'cases/a/b/attempt-2');
  t.equal(path(undefined, []), 'cases/a/b/attempt-2');
  const said = {
    machine: 'main-0',
    pattern: 'x',
    phase: 'units',
    boot: 1,
    text: 'it broke',
  } as const;
  for (const [kind, file] of [
    ['journal', 'journal.jsonl'],
    ['qmp', 'console.log'],
  ] as const) {
    const findings = [{ ...said, severity: 'fatal', seen: { kind } } as const];
    const where = (evidence: string) =>
      evidencePath({ ...at, failure: { machine: 'main-0', evidence }, machines: [], findings });
    t.equal(where('it broke'), `cases/a/b/attempt-2/main-0/${file}`);
    t.equal(where('another cause'), 'cases/a/b/attempt-2/main-0/console.log');
  }
});
