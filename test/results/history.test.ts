/**
 * Reading earlier runs: newest first, and nothing that is there keeps a run from starting.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { foldRun } from '../../results/fold.js';
import { readHistory } from '../../results/history.js';
import { emptyHead } from '../../results/log-chain.js';
import { writeRecord } from '../../results/record-file.js';
import { logBytes, runEvents } from './support/events.js';
import { everyStatus } from './support/stories.js';

const events = runEvents(everyStatus);
const record = foldRun(events, []);

/** Writes `record.json` of a run whose argv tells it from the others. */
async function writeRun(runs: string, id: string, argv: readonly string[]): Promise<void> {
  await mkdir(join(runs, id));
  await writeRecord(join(runs, id), { ...record, argv }, emptyHead);
}

t.test('the newest runs, newest first; one that died is read from its log', async (t) => {
  const runs = t.testdir();
  await writeRun(runs, '20260102-000000-aaaa', ['run', 'second']);
  await writeRun(runs, '20260101-000000-ffff', ['run', 'first']);
  const dead = join(runs, '20260103-000000-0000');
  await mkdir(dead);
  await writeFile(join(dead, 'events.jsonl'), logBytes(events.slice(0, -1)));
  const history = await readHistory(runs);
  t.same(
    history.map(({ argv }) => argv[1]),
    ['--image', 'second', 'first'],
  );
  t.equal((await readHistory(runs, 1)).length, 1);
});

t.test('other commands, empty runs, damage and strangers are passed over', async (t) => {
  const runs = t.testdir({
    '20260105-000000-aaaa': { 'record.json': '{' },
    '20260106-000000-aaaa': {},
    'a-file': 'x',
  });
  await writeRun(runs, '20260101-000000-aaaa', ['run', 'good']);
  await writeRun(runs, '20260102-000000-aaaa', ['mutate']);
  await writeRun(runs, 'not-a-run', ['run', 'bad']);
  await mkdir(join(runs, '20260103-000000-aaaa'));
  await writeRecord(join(runs, '20260103-000000-aaaa'), { ...record, cases: [] }, emptyHead);
  t.same(
    (await readHistory(runs)).map(({ argv }) => argv[1]),
    ['good'],
  );
});

t.test('parts of a plan push no whole run out', async (t) => {
  const runs = t.testdir();
  const part = { ...record, shard: { index: 1, count: 4 } };
  for (const n of [1, 2, 3, 4, 5]) {
    await mkdir(join(runs, `2026010${n}-000000-aaaa`));
    const argv = ['run', String(n)];
    await writeRecord(
      join(runs, `2026010${n}-000000-aaaa`),
      n < 3 ? { ...record, argv } : { ...part, argv },
      emptyHead,
    );
  }
  const names = (await readHistory(runs, 2)).map(({ argv }) => argv[1]);
  t.same(names, ['5', '4', '3', '2', '1']);
});

t.test('without a directory there is no history', async (t) => {
  t.same(await readHistory(join(t.testdir(), 'none')), []);
});
