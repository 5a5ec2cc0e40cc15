/**
 * When the console said what: places in its log, with the time, over several processes of a machine.
 */

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { ArrivalTimes, copyLog } from '../../../platforms/qemu/arrival-times.js';
import { timesFile } from '../../../results/run-files.js';

const consoleTimesFile = timesFile('console.log');

t.test('bytes that come together share a time; the next process goes on', async (t) => {
  const directory = t.testdir({ 'console.log': 'x'.repeat(100) });
  const first = await ArrivalTimes.open(directory, 'console.log');
  for (const [bytes, ms] of [
    [10, 1000],
    [1, 1010],
    [5, 1020],
  ] as const) {
    first.note(bytes, ms);
  }
  await first.close();
  await writeFile(join(directory, 'console.log'), 'x'.repeat(116));
  const second = await ArrivalTimes.open(directory, 'console.log');
  second.note(3, 5000);
  await second.close();
  const text = await readFile(join(directory, consoleTimesFile), 'utf8');
  t.equal(text, '100 1000\n111 1020\n116 5000\n');
});

t.test('a console that says nothing has no file; a lost directory does no harm', async (t) => {
  const directory = t.testdir();
  const silent = await ArrivalTimes.open(directory, 'console.log');
  await silent.close();
  t.notOk(existsSync(join(directory, consoleTimesFile)));
  const lost = await ArrivalTimes.open(join(directory, 'none'), 'console.log');
  lost.note(1, 1000);
  await lost.close();
  lost.note(1, 2000);
  await lost.close();
});

t.test('a copy goes on where the original ended, with its times if it has them', async (t) => {
  const root = t.testdir({
    timed: { 'console.log': 'boot\n', 'console.times': '0 1000\n' },
    old: { 'console.log': 'boot\n' },
    a: {},
    b: {},
  });
  await copyLog('console.log', join(root, 'timed'), join(root, 'a'));
  const times = await ArrivalTimes.open(join(root, 'a'), 'console.log');
  times.note(2, 3000);
  await times.close();
  t.equal(await readFile(join(root, 'a', consoleTimesFile), 'utf8'), '0 1000\n5 3000\n');
  await copyLog('console.log', join(root, 'old'), join(root, 'b'));
  t.equal(await readFile(join(root, 'b', 'console.log'), 'utf8'), 'boot\n');
  t.notOk(existsSync(join(root, 'b', consoleTimesFile)));
});

t.test('a journal has times of its own', async (t) => {
  const directory = t.testdir();
  const times = await ArrivalTimes.open(directory, 'journal.jsonl');
  times.note(7, 1000);
  await times.close();
  t.equal(await readFile(join(directory, timesFile('journal.jsonl')), 'utf8'), '0 1000\n');
});
