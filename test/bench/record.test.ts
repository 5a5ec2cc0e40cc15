/**
 * What recording costs, measured on a run that took a minute.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { benchRecord, renderRecordFigures } from '../../bench/record.js';
import { storyOf } from '../../bench/report-run.js';
import { compiledRoot } from '../../harness/base/project-root.js';
import type { LoggedEvent } from '../../harness/model/events.js';
import { logBytes, runEvents } from '../results/support/events.js';
import { eventsOf, makeRun } from '../results/support/run-directory.js';

const { signal } = new AbortController();

t.test('a run is recorded once more, and its share of the time is told', async (t) => {
  const runDirectory = t.testdir();
  const [start, ...rest] = runEvents({ cases: { 'a/one': [{ outcome: 'passed' }] } });
  const begin = Date.parse(start?.at ?? '');
  const end = new Date(begin + 60_000).toISOString();
  const events = [start, ...rest].flatMap((event, n, all) => {
    if (!event) return [];
    return [n === all.length - 1 ? { ...event, at: end } : event];
  });
  await writeFile(join(runDirectory, 'events.jsonl'), logBytes(events));
  await mkdir(join(runDirectory, 'cases'));
  await writeFile(join(runDirectory, 'cases', 'journal.jsonl'), '{}\n');
  const figures = await benchRecord({ runDirectory, samples: 2, signal });
  t.match(figures, { events: events.length, journalBytes: 3, runMs: 60_000 });
  const expected = (figures.recordingMs.median / 60_000) * 100;
  t.ok(Math.abs(figures.percent.median - expected) < 0.01, 'per cent of the minute');
  t.match(renderRecordFigures(figures), /of the run +\d+\.\d{3} \[/);
});

t.test('recording takes less than 2 % of a run of 150 cases', async (t) => {
  const runDirectory = t.testdir();
  const events = runEvents(storyOf(150));
  const begin = Date.parse(events[0]?.at ?? '');
  const last = events.at(-1) as LoggedEvent;
  const ended = { ...last, at: new Date(begin + 600_000).toISOString() };
  const log = logBytes(events.toSpliced(-1, 1, ended));
  await writeFile(join(runDirectory, 'events.jsonl'), log);
  const entries = `${JSON.stringify({ MESSAGE: 'x'.repeat(1000) })}\n`.repeat(1000);
  for (const name of ['a', 'b', 'c', 'd']) {
    await mkdir(join(runDirectory, 'cases', name), { recursive: true });
    await writeFile(join(runDirectory, 'cases', name, 'journal.jsonl'), entries);
  }
  const figures = await benchRecord({ runDirectory, samples: 2, signal });
  t.ok(events.length > 3000 && figures.journalBytes > 4e6, 'as much as a real one records');
  t.ok(figures.percent.max < 2, `${figures.percent.max} %`);
});

t.test('the command measures the newest run of the directory that it is given', async (t) => {
  const runs = t.testdir();
  const story = { cases: { 'a/one': [{ outcome: 'passed' as const }] } };
  await makeRun(runs, eventsOf('20260101-000000-aaaa', story));
  const run = await makeRun(runs, eventsOf('20260102-000000-aaaa', story));
  const main = join(compiledRoot(), 'harness', 'cli', 'main.js');
  const argv = ['bench', 'record', '--samples', '1', '--json', '--runs', runs];
  const { stdout } = await execa('node', [main, ...argv]);
  t.match(JSON.parse(stdout), { schema: 1, record: { runDirectory: run } });
});
