/**
 * Reports of stored runs and of runs that are merged, each made by a real process.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { readRecord } from '../../../results/record-file.js';
import { reportFormats } from '../../../results/reporters/formats.js';
import { runFiles } from '../../../results/run-files.js';
import { failure } from '../../results/support/events.js';
import { eventsOf, makeRun } from '../../results/support/run-directory.js';
import { everyStatus } from '../../results/support/stories.js';
import { ids, yard } from './stored-yard.js';

t.test('every format is offered and made', async (t) => {
  const root = t.testdir();
  await makeRun(root, eventsOf(ids[0], everyStatus));
  for (const format of Object.keys(reportFormats)) {
    const { exitCode, stdout, stderr } = await yard('report', '--runs', root, '--format', format);
    t.equal(exitCode, 0, stderr);
    t.match(stdout, 'provision/user-key', format);
  }
  const file = join(root, 'out.tap');
  t.equal((await yard('report', 'aaaa', '--runs', root, '--output', file)).exitCode, 0);
  t.match(await readFile(file, 'utf8'), /^TAP version 14\n/);
});

t.test('parts of a run are merged into one with reports of its own', async (t) => {
  const root = t.testdir();
  const console = (suite: string) => `cases/${suite}/attempt-1/main-0/console.log`;
  const passed = [{ outcome: 'passed' as const }];
  const failed = [{ outcome: 'failed' as const, failure: failure() }];
  for (const [index, cases] of [{ 'a/b': passed }, { 'a/c': failed }].entries()) {
    const shard = { shard: { index: index + 1, count: 2 } };
    const [suite = ''] = Object.keys(cases);
    const events = eventsOf(ids[index] ?? '', { cases }, shard);
    await makeRun(root, events, { [console(suite)]: `of ${suite}\n` });
  }
  const { exitCode, stdout, stderr } = await yard('merge', 'aaaa', 'bbbb', '--runs', root);
  t.equal(exitCode, 1, `the verdict of both: ${stderr}`);
  const merged = stdout.trim();
  const record = await readRecord(merged);
  t.match(record, { merged: ids, verdict: 'failed', counts: { passed: 1, failed: 1 } });
  t.notOk('shard' in record);
  for (const suite of ['a/b', 'a/c']) {
    t.equal(await readFile(join(merged, console(suite)), 'utf8'), `of ${suite}\n`);
  }
  t.match(await readFile(join(merged, runFiles.tap), 'utf8'), /^TAP version 14\n[\s\S]*a\/c/);
});

t.test('files that the record names and that are gone are said', async (t) => {
  const root = t.testdir();
  await makeRun(root, eventsOf(ids[0], { cases: { 'a/b': [{ outcome: 'passed' }] } }));
  for (const format of ['tap', 'html']) {
    const { exitCode, stderr } = await yard('report', '--runs', root, '--format', format);
    t.equal(exitCode, 0, 'the report is made');
    t.match(stderr, /^yard: 1 file that the record names is not in .*-aaaa: cases\/a\/b\/.*\n?$/);
  }
});
