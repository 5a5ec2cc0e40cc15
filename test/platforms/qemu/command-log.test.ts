/** What is kept of the commands of a machine, and how much. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { ExecResult } from '../../../harness/model/machine.js';
import { commandLog } from '../../../platforms/qemu/command-log.js';

const ended: ExecResult = {
  argv: ['sh', '-eu', '-c', 'a\nb'],
  ...{ status: 3, signal: undefined, stdout: 'out\n', stderr: 'why', truncated: false },
  durationMs: 12.3,
};

const textIn = async (directory: string) => await readFile(join(directory, 'commands.log'), 'utf8');

t.test('a command as a shell reads it, its output, and how it ended', async (t) => {
  const directory = t.testdir();
  commandLog(directory)(ended);
  const [time, ...rest] = (await textIn(directory)).split(' ');
  t.match(time, /^\d\d:\d\d:\d\d\.\d{3}$/);
  t.equal(rest.join(' '), "$ sh -eu -c 'a\nb'\nout\n[stderr]\nwhy\n[3, 12 ms]\n\n");
});

t.test('the next process of a machine goes on in the same file', async (t) => {
  const directory = t.testdir();
  commandLog(directory)(ended);
  commandLog(directory)({ ...ended, argv: ['true'], status: undefined, signal: 'SIGTERM' });
  const text = await textIn(directory);
  t.match(text, /\[3, 12 ms\]\n\n[\d:.]+ \$ true\nout/);
  t.match(text, '[SIGTERM, 12 ms]');
});

t.test('much output is cut, and after very much no command is kept', async (t) => {
  const directory = t.testdir();
  const log = commandLog(directory);
  log({ ...ended, stdout: 'x'.repeat(70_000) });
  t.match(await textIn(directory), '… 4464 characters more');
  for (let count = 0; count < 300; count += 1) log({ ...ended, stdout: 'x'.repeat(65_000) });
  const text = await textIn(directory);
  t.match(text.slice(-60), 'later commands are not kept');
  t.ok(text.length < 17 * 2 ** 20);
});

t.test('a disk that takes nothing ends the log and nothing else', (t) => {
  const log = commandLog(join(t.testdirName, 'missing'));
  t.doesNotThrow(() => log(ended));
  t.end();
});
