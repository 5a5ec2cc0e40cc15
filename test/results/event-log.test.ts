/**
 * Writing and reading the log: order, torn tails, damage, newer versions, full disks.
 */

import { readFileSync } from 'node:fs';
import { type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { systemClock } from '../../harness/base/clock.js';
import { openEventLog } from '../../results/event-log.js';
import { foldRun } from '../../results/fold.js';
import { parseEventLog, readEventLog } from '../../results/read-event-log.js';
import { attemptEvents, chainedBytes, logBytes, runEvents, runStarted } from './support/events.js';
import { everyStatus } from './support/stories.js';

t.test('events are on disk in order when append returns, and listeners hear them', async (t) => {
  const path = join(t.testdir(), 'events.jsonl');
  const log = await openEventLog(path, systemClock);
  const heard: number[] = [];
  log.subscribe(({ seq }) => heard.push(seq));
  for (const event of [runStarted, ...attemptEvents('a/b', 1, { outcome: 'passed' })]) {
    log.append(event);
    const lines = readFileSync(path, 'utf8').split('\n');
    t.match(JSON.parse(lines.at(-2) ?? ''), { kind: event.kind, seq: lines.length - 2 });
  }
  await log.close();
  const { events, notes } = await readEventLog(path);
  t.same(notes, []);
  t.same(
    events.map(({ seq }) => seq),
    heard,
  );
  log.append({ kind: 'run-ended', interrupted: false });
  t.equal((await readEventLog(path)).events.length, events.length, 'nothing comes after close');
});

t.test('SIGKILL loses nothing that was appended', async (t) => {
  const path = join(t.testdir(), 'events.jsonl');
  const module = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const script = `
    const { openEventLog } = await import(${module('../../results/event-log.js')});
    const { runEvents } = await import(${module('./support/events.js')});
    const { everyStatus } = await import(${module('./support/stories.js')});
    const log = await openEventLog(process.argv[1], { now: () => new Date(), elapsedMs: () => 0 });
    for (const { seq, at, ...event } of runEvents(everyStatus).slice(0, 30)) log.append(event);
    process.kill(process.pid, 'SIGKILL');`;
  const child = await execa('node', ['--input-type=module', '-e', script, path], { reject: false });
  t.equal(child.signal, 'SIGKILL', child.stderr);
  const { events, notes } = await readEventLog(path);
  t.equal(events.length, 30);
  t.same(notes, []);
  t.match(foldRun(events, notes), { verdict: 'failed', counts: { passed: 2, missing: 4 } });
});

/** How often files were brought to the disk since; they still are. */
async function countSyncs(t: Test): Promise<() => number> {
  const file = await open('/dev/null');
  const prototype = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  const { datasync } = prototype;
  const calls = t.capture(prototype, 'datasync', async function (this: FileHandle) {
    await datasync.call(this);
  });
  let count = 0;
  return () => {
    count += calls().length;
    return count;
  };
}

t.test('the ends of attempts and of the run survive a power cut', async (t) => {
  const syncs = await countSyncs(t);
  const log = await openEventLog(join(t.testdir(), 'events.jsonl'), systemClock);
  const counts: [kind: string, syncs: number][] = [];
  for (const event of [runStarted, ...attemptEvents('a/b', 1, { outcome: 'passed' })]) {
    log.append(event);
    await setImmediate();
    counts.push([event.kind, syncs()]);
  }
  t.same(
    counts.map(([kind, count]) => `${kind} ${count}`),
    counts.map(([kind]) => `${kind} ${kind === 'attempt-ended' ? 1 : 0}`),
  );
  t.equal(counts.at(-1)?.[0], 'attempt-ended');
  await log.close();
  t.equal(syncs(), 2, 'and what came last, when the log is closed');
});

t.test('a listener that throws is dropped and kept as an error; the run goes on', async (t) => {
  const path = join(t.testdir(), 'events.jsonl');
  const log = await openEventLog(path, systemClock);
  let calls = 0;
  log.subscribe(() => {
    calls += 1;
    throw new Error('reporter crashed');
  });
  log.append(runStarted);
  log.append({ kind: 'run-ended', interrupted: false });
  await log.close();
  t.equal(calls, 1);
  t.match(log.listenerErrors, [{ message: 'reporter crashed' }]);
  t.equal((await readEventLog(path)).events.length, 2);
});

t.test('a full disk is the host’s fault, at once and on close', async (t) => {
  const log = await openEventLog('/dev/full', systemClock);
  const heard: string[] = [];
  log.subscribe(({ kind }) => heard.push(kind));
  log.append(runStarted);
  log.append({ kind: 'run-ended', interrupted: false });
  const expected = { code: 'DISK_FULL', kind: 'infrastructure', message: /\/dev\/full.*--runs/ };
  await t.rejects(log.failed, expected);
  await t.rejects(log.close(), expected);
  t.same(heard, [], 'what was not logged is not announced');
});

t.test('a log is never continued by another run', async (t) => {
  const directory = t.testdir({ 'events.jsonl': '{}\n' });
  const path = join(directory, 'events.jsonl');
  await t.rejects(openEventLog(path, systemClock), { code: 'LOG_EXISTS', kind: 'usage' });
  t.equal(await readFile(path, 'utf8'), '{}\n');
  const nowhere = join(directory, 'none', 'events.jsonl');
  await t.rejects(openEventLog(nowhere, systemClock), { code: 'EVENT_LOG_FAILED' });
});

t.test('a torn last line is dropped and said', async (t) => {
  const whole = logBytes(runEvents(everyStatus));
  const { events, notes } = parseEventLog(whole.subarray(0, whole.length - 1), 'log');
  t.equal(events.length, runEvents(everyStatus).length - 1);
  t.match(notes, [/^line \d+ of the event log is torn \(\d+ bytes/]);
});

t.test('damage is refused with the number of the line', async (t) => {
  const lines = runEvents(everyStatus).map((event) => JSON.stringify(event));
  const damage = (index: number, line: string) =>
    chainedBytes(lines.map((old, at) => (at === index ? line : old)));
  const third = JSON.parse(lines[2] ?? '') as Record<string, unknown>;
  const table: readonly [Buffer, RegExp][] = [
    [damage(2, '{"kind":}'), /^log:3: not JSON/],
    [Buffer.from('[]\n'), /^log:1: not a JSON object/],
    [damage(2, JSON.stringify({ ...third, kind: 'lunch' })), /^log:3: kind: /],
    [damage(2, JSON.stringify({ ...third, planned: {} })), /^log:3: planned\.id: not a case id/],
    [damage(2, JSON.stringify({ ...third, seq: 5 })), /^log:3: event 5 where 2 was expected/],
    [damage(0, JSON.stringify({ ...third, seq: 0 })), /^log:1: a log has one run-started/],
  ];
  for (const [bytes, message] of table) {
    t.throws(() => parseEventLog(bytes, 'log'), { code: 'RECORD_CORRUPT', kind: 'usage', message });
  }
});

t.test('a later schema is named as such; unknown keys are no reason to refuse', async (t) => {
  const [first] = runEvents(everyStatus);
  const line = (extra: object) => chainedBytes([JSON.stringify({ ...first, ...extra })]);
  const tooNew = { code: 'RECORD_TOO_NEW', kind: 'usage', message: /log:1: schema 3, .*up to 2/ };
  t.throws(() => parseEventLog(line({ schema: 3, host: 'reshaped' }), 'log'), tooNew);
  t.match(parseEventLog(line({ colour: 'blue' }), 'log').events, [{ colour: 'blue' }]);
});

t.test('a log that is not there is a usage error', async (t) => {
  const path = join(t.testdir(), 'events.jsonl');
  await t.rejects(readEventLog(path), { code: 'RECORD_MISSING', kind: 'usage' });
  await writeFile(path, '');
  t.match(await readEventLog(path), { events: [], notes: [], head: { lines: 0 } });
});
