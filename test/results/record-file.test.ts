/**
 * The record on disk and the exit status that it gives.
 */

import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { RunRecord } from '../../harness/model/record.js';
import { exitCodeOf } from '../../results/exit-code.js';
import { foldRun } from '../../results/fold.js';
import { emptyHead } from '../../results/log-chain.js';
import { parseEventLog } from '../../results/read-event-log.js';
import { readRecord, writeRecord } from '../../results/record-file.js';
import { sealRecord } from '../../results/record-seal.js';
import { type AttemptStory, failure, leaked, logBytes, runEvents } from './support/events.js';
import { everyStatus, repeatedEvents } from './support/stories.js';

t.test('what is written is read back, and nothing else is left', async (t) => {
  const directory = t.testdir();
  const record = foldRun(runEvents(everyStatus), ['a note']);
  await writeRecord(directory, record, emptyHead);
  t.same(await readRecord(directory), record);
  const part = foldRun(repeatedEvents(), []);
  await writeRecord(directory, part, emptyHead);
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
  const sealed = (value: object) => JSON.stringify(sealRecord(value as RunRecord, emptyHead));
  const table: readonly [string, string, RegExp][] = [
    ['{', 'RECORD_CORRUPT', /record\.json: not JSON/],
    [sealed({ ...good, verdict: 'fine' }), 'RECORD_CORRUPT', /record\.json: verdict: /],
    [sealed({ ...good, schema: 9 }), 'RECORD_TOO_NEW', /schema 9/],
    [JSON.stringify(good), 'RECORD_CORRUPT', /it has no seal/],
    [JSON.stringify({ ...good, seal: 1 }), 'RECORD_CORRUPT', /seal: the object: /],
  ];
  for (const [text, code, message] of table) {
    const directory = t.testdir({ 'record.json': text });
    await t.rejects(readRecord(directory), { code, kind: 'usage', message });
  }
  await t.rejects(readRecord(t.testdir()), { code: 'RECORD_MISSING' });
});

t.test('a record that was edited, or lies beside another log, is not believed', async (t) => {
  const bytes = logBytes(runEvents(everyStatus));
  const { events, notes, head } = parseEventLog(bytes, 'log');
  const text = JSON.stringify(sealRecord(foldRun(events, notes), head));
  const edited = text.replace('"verdict":"failed"', '"verdict":"passed"');
  const where = /record\.json: the record does not fit its seal/;
  const alone = t.testdir({ 'record.json': edited });
  await t.rejects(readRecord(alone), { code: 'RECORD_CORRUPT', message: where });
  const beside = t.testdir({ 'record.json': edited, 'events.jsonl': bytes });
  const message = /seal; it first differs from the log in verdict;/;
  await t.rejects(readRecord(beside), { code: 'RECORD_CORRUPT', message });
  const last = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
  const cut = { 'record.json': text, 'events.jsonl': bytes.subarray(0, last) };
  const lines = /made from a log of \d+ lines, and the one beside it has \d+ and another end/;
  await t.rejects(readRecord(t.testdir(cut)), { code: 'RECORD_CORRUPT', message: lines });
  const whole = t.testdir({ 'record.json': text, 'events.jsonl': bytes });
  t.equal((await readRecord(whole)).verdict, 'failed');
});

t.test('exit status', async (t) => {
  const codeOfAll = (attempts: readonly AttemptStory[], interrupted = false) =>
    exitCodeOf(foldRun(runEvents({ cases: { 'a/b': attempts }, interrupted }), []));
  const codeOf = (attempt: AttemptStory, interrupted?: boolean) =>
    codeOfAll([attempt], interrupted);
  const internal = failure({ kind: 'internal', code: 'INTERNAL' });
  t.equal(codeOf({ outcome: 'passed' }), 0);
  t.equal(codeOf({ outcome: 'failed', failure: failure() }), 1);
  t.equal(codeOf({ outcome: 'errored' }), 3);
  t.equal(codeOf({}), 3);
  t.equal(codeOf({ outcome: 'errored', failure: internal }), 70);
  t.equal(codeOf({ outcome: 'passed', leftovers: [leaked] }), 3);
  t.equal(codeOf({ outcome: 'passed' }, true), 130);
  const failed = { outcome: 'failed', failure: failure() } as const;
  t.equal(codeOfAll([failed, { outcome: 'skipped', skipped: 'no TPM' }]), 1);
  t.equal(codeOfAll([failed, { outcome: 'errored' }]), 1);
});
