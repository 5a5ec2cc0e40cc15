/**
 * The record on disk and the exit status that it gives.
 */

import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { exitCodeOf } from '../../results/exit-code.js';
import { foldRun } from '../../results/fold.js';
import { readRecord, writeRecord } from '../../results/record-file.js';
import {
  type AttemptStory,
  everyStatus,
  failure,
  logBytes,
  repeatedEvents,
  runEvents,
} from './support/events.js';

t.test('what is written is read back, and nothing else is left', async (t) => {
  const directory = t.testdir();
  const record = foldRun(runEvents(everyStatus), ['a note']);
  await writeRecord(directory, record);
  t.same(await readRecord(directory), record);
  const part = foldRun(repeatedEvents(), []);
  await writeRecord(directory, part);
  t.same(await readRecord(directory), part);
  t.same(await readdir(directory), ['record.json']);
});

t.test('without record.json the log is folded', async (t) => {
  const directory = t.testdir();
  const bytes = logBytes(runEvents(everyStatus));
  await writeFile(join(directory, 'events.jsonl'), bytes.subarray(0, bytes.length - 3));
  const record = await readRecord(directory);
  t.equal(record.cases.length, 8);
  t.match(record.notes, [/is torn/, /ends before the run did/]);
});

t.test('a bad record is refused with the reason', async (t) => {
  const good = foldRun(runEvents(everyStatus), []);
  const table: readonly [string, string, RegExp][] = [
    ['{', 'RECORD_CORRUPT', /record\.json: not JSON/],
    [JSON.stringify({ ...good, verdict: 'fine' }), 'RECORD_CORRUPT', /record\.json: verdict: /],
    [JSON.stringify({ ...good, schema: 9 }), 'RECORD_TOO_NEW', /schema 9/],
  ];
  for (const [text, code, message] of table) {
    const directory = t.testdir({ 'record.json': text });
    await t.rejects(readRecord(directory), { code, kind: 'usage', message });
  }
  await t.rejects(readRecord(t.testdir()), { code: 'RECORD_MISSING' });
});

t.test('exit status', async (t) => {
  const codeOf = (attempt: AttemptStory, interrupted = false) =>
    exitCodeOf(foldRun(runEvents({ cases: { 'a/b': [attempt] }, interrupted }), []));
  const internal = failure({ kind: 'internal', code: 'INTERNAL' });
  t.equal(codeOf({ outcome: 'passed' }), 0);
  t.equal(codeOf({ outcome: 'failed', failure: failure() }), 1);
  t.equal(codeOf({ outcome: 'errored' }), 3);
  t.equal(codeOf({}), 3);
  t.equal(codeOf({ outcome: 'errored', failure: internal }), 70);
  t.equal(codeOf({ outcome: 'passed' }, true), 130);
});
