/**
 * Capsules of stored runs, packed and opened by real processes.
 */

import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { PageData } from '../../../results/html/page-data.js';
import { readRecord } from '../../../results/record-file.js';
import { failure } from '../../results/support/events.js';
import { eventsOf, makeRun } from '../../results/support/run-directory.js';
import { everyStatus } from '../../results/support/stories.js';
import { ids, yard } from './stored-yard.js';

t.test('a capsule of a run that was killed is packed and opened', async (t) => {
  const root = t.testdir();
  const console = 'cases/provision/user-key/attempt-1/main-0/console.log';
  const run = await makeRun(root, eventsOf(ids[0], everyStatus), { [console]: 'the end\n' });
  await rm(join(run, 'record.json'));
  const log = await readFile(join(run, 'events.jsonl'));
  await writeFile(join(run, 'events.jsonl'), log.subarray(0, -40));
  const file = join(root, 'a.tar.zst');
  const of = ['provision/user-key', '--run', 'aaaa', '--runs', root, '--output', file];
  const packed = await yard('capsule', ...of);
  t.equal(packed.exitCode, 0, packed.stderr);
  const opened = await yard('open', file, '--output', join(root, 'out'));
  t.equal(opened.exitCode, 0, opened.stderr);
  t.match(opened.stdout, /^provision\/user-key {2}failed in ignition/);
  t.equal(await readFile(join(root, 'out', ids[0], console), 'utf8'), 'the end\n');
});

t.test('the page of a capsule knows the last pass and nothing of other cases', async (t) => {
  const root = t.testdir();
  const console = (suite: string) => `cases/${suite}/attempt-1/main-0/console.log`;
  const other = { 'net/dns': [{ outcome: 'passed' as const }] };
  const before = { cases: { 'a/b': [{ outcome: 'passed' as const }], ...other } };
  const after = {
    cases: { 'a/b': [{ outcome: 'failed' as const, failure: failure() }], ...other },
  };
  await makeRun(root, eventsOf(ids[0], before), { [console('a/b')]: 'all is well\n' });
  const now = { [console('a/b')]: 'all is well\nsomething broke\n', [console('net/dns')]: '' };
  await makeRun(root, eventsOf(ids[1], after), now);
  const file = join(root, 'a.tar.zst');
  await yard('capsule', 'a/b', '--run', 'bbbb', '--runs', root, '--output', file);
  t.equal((await yard('open', file, '--output', join(root, 'out'))).exitCode, 0);
  const page = await readFile(join(root, 'out', ids[1], 'report.html'), 'utf8');
  const [, json = ''] =
    /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? [];
  const data = JSON.parse(json) as PageData;
  t.same(data.missing, []);
  const texts = data.cases.map(({ newLines }) => newLines?.lines.map(({ text }) => text));
  t.same(texts, [['something broke'], undefined]);
  t.equal(data.cases[0]?.newLines?.run, ids[0]);
});

t.test('a capsule has the template key always, and disks where they are asked for', async (t) => {
  const root = t.testdir();
  const failed = [{ outcome: 'failed' as const, failure: failure(), start: 'fork' as const }];
  const template = 'c0ffee'.repeat(6);
  const events = eventsOf(ids[0], { cases: { 'a/b': failed } }).map((event) =>
    event.kind === 'machine-ready' ? { ...event, boot: { ...event.boot, template } } : event,
  );
  const machine = 'cases/a/b/attempt-1/main-0';
  const disk = `${machine}/system.qcow2`;
  const console = `${machine}/console.log`;
  const run = await makeRun(root, events, { [console]: 'the end\n', [disk]: 'QFI' });
  const capsule = async (name: string, ...argv: readonly string[]) => {
    const file = join(root, `${name}.tar.zst`);
    const packed = await yard('capsule', 'a/b', '--runs', root, '--output', file, ...argv);
    t.equal(packed.exitCode, 0, packed.stderr);
    t.equal((await yard('open', file, '--output', join(root, name))).exitCode, 0);
    return { stderr: packed.stderr, directory: join(root, name, ids[0]) };
  };
  const without = await capsule('without');
  t.notOk(existsSync(join(without.directory, disk)));
  t.equal(without.stderr, '');
  const record = await readRecord(without.directory);
  t.equal(record.cases[0]?.attempts[0]?.boots[0]?.template, template);
  t.match(await readFile(join(without.directory, 'report.html'), 'utf8'), template);
  const kept = await capsule('kept', '--disks');
  t.equal(await readFile(join(kept.directory, disk), 'utf8'), 'QFI');
  t.equal(kept.stderr, '');
  await rm(join(run, disk));
  const none = await capsule('none', '--disks');
  const line = `yard: run ${ids[0]} has no disks of a/b; ./yard run --keep-disks keeps those of`;
  t.equal(none.stderr, `${line} cases that do not pass`);
});
