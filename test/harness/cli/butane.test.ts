/**
 * `yard butane` as a program: output, report and exit status like the original's.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { t } from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';

const main = join(compiledRoot(), 'harness', 'cli', 'main.js');

async function butane(options: readonly string[], input = '') {
  return await execa('node', [main, 'butane', ...options], { input, reject: false });
}

const good = 'variant: flatcar\nversion: 1.1.0\n';
const dubious = `${good}storage:\n  files:\n    - path: /a\n      mode: 755\n`;

t.test('from stdin to stdout', async (t) => {
  const { stdout, stderr, exitCode } = await butane([], good);
  t.strictSame([stdout, stderr, exitCode], ['{"ignition":{"version":"3.4.0"}}', '', 0]);
});

t.test('from a file to a file', async (t) => {
  const directory = t.testdir({ 'in.bu': good });
  const output = join(directory, 'out.ign');
  const { stdout, exitCode } = await butane(['-p', '-o', output, join(directory, 'in.bu')]);
  t.strictSame([stdout, exitCode], ['', 0]);
  t.equal(await readFile(output, 'utf8'), '{\n  "ignition": {\n    "version": "3.4.0"\n  }\n}\n');
});

t.test('a warning is shown with its place, and refused with --strict', async (t) => {
  const { stdout, stderr, exitCode } = await butane([], dubious);
  t.strictSame([JSON.parse(stdout).ignition, exitCode], [{ version: '3.4.0' }, 0]);
  const lines = stderr.split('\n');
  t.strictSame(lines.slice(0, 8), [
    'warning[$.storage.files.0.mode]:',
    '  --> <stdin>:6:13',
    '   |',
    ' 4 |   files:',
    ' 5 |     - path: /a',
    ' 6 |       mode: 755',
    '   |             ^^^ mode 755 is decimal and looks like octal: write 0755',
    ' 7 |',
  ]);
  const strict = await butane(['--strict'], dubious);
  t.strictSame([strict.stdout, strict.exitCode], ['', 1]);
  t.match(strict.stderr, /--strict refuses them$/);
});

t.test('--check writes nothing', async (t) => {
  const { stdout, exitCode } = await butane(['--check'], good);
  t.strictSame([stdout, exitCode], ['', 0]);
});

t.test('bad input', async (t) => {
  const missing = await butane(['/nonexistent/in.bu']);
  t.equal(missing.exitCode, 1, 'as the original');
  t.match(
    missing.stderr,
    /^yard: can't read \/nonexistent\/in.bu: ENOENT.*name another file \[BAD_INPUT\]$/,
  );
  const nowhere = await butane(['-o', '/nonexistent/out'], good);
  t.equal(nowhere.exitCode, 1);
  t.match(nowhere.stderr, /can't write \/nonexistent\/out/);
  const types = await butane([], `${good}storage: 1\npasswd: x\n`);
  t.equal(types.exitCode, 1);
  t.match(types.stderr, /line 3: cannot unmarshal.*\n.*line 4: cannot unmarshal/, 'all at once');
});

/** The report of a config that no stage looked at. */
async function report(text: string): Promise<readonly string[]> {
  const { stderr, exitCode } = await butane([], text);
  t.equal(exitCode, 1);
  return stderr.split('\n');
}

t.test('what is no YAML, or of a wrong type, is shown at its place, too', async (t) => {
  const wrong = await report(`${good}storage:\n  files:\n    - {path: /a, mode: abc}\n    - 1\n`);
  t.strictSame(wrong.slice(0, 11), [
    'error[$.storage.files.0.mode]:',
    '  --> <stdin>:5:24',
    '   |',
    ' 3 | storage:',
    ' 4 |   files:',
    ' 5 |     - {path: /a, mode: abc}',
    '   |                        ^^^^ cannot unmarshal !!str `abc` into int',
    ' 6 |     - 1',
    ' 7 |',
    '   |',
    '',
  ]);
  t.equal(wrong[11], 'error[$.storage.files.1]:', 'all at once');
  for (const [text, head, place] of [
    [`${good}a: 1\na: 2\n`, 'error[$.a]:', '  --> <stdin>:4:1'],
    [`${good}a: b: c\n`, 'error:', '  --> <stdin>:3:'],
    [`${good}a: *b\n`, 'error:', '  --> <stdin>:3:4'],
    [`${good}a:\n\tb: 1\n`, 'error:', '  --> <stdin>:4:1'],
    ['variant: flatcar\nversion: 1.1\n', 'error[$.version]:', '  --> <stdin>:2:10'],
    ['variant: fcos\nversion: 1.1.0\n', 'error[$.variant]:', '  --> <stdin>:1:10'],
    ['version: 1.1.0\n', 'error[$.variant]:', '  --> <stdin>:1:1'],
  ] as const) {
    const [first, second = ''] = await report(text);
    t.equal(first, head, text);
    t.ok(second.startsWith(place), `${text}${second}`);
  }
});
