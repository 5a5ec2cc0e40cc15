/**
 * The commands over stored runs, each as a real process.
 */

import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';
import type { PageData } from '../../../results/html/page-data.js';
import { readRecord } from '../../../results/record-file.js';
import { reportFormats } from '../../../results/reporters/formats.js';
import { runFiles } from '../../../results/run-files.js';
import { everyStatus, failure } from '../../results/support/events.js';
import { eventsOf, makeRun } from '../../results/support/run-directory.js';

const main = join(compiledRoot(), 'harness', 'cli', 'main.js');
const ids = ['20261101-101500-aaaa', '20261120-101500-bbbb'] as const;

async function yard(...argv: readonly string[]) {
  return await execa('node', [main, ...argv], { reject: false });
}

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

t.test('ls, show, gc and rm', async (t) => {
  const root = t.testdir();
  for (const id of ids) await makeRun(root, eventsOf(id, everyStatus));
  const listed = await yard('runs', 'ls', '--runs', root);
  t.match(listed.stdout, /^20261120-101500-bbbb .* failed .*developer 1\.0\.0.*\n20261101-/);
  const json = await yard('runs', 'ls', '--runs', root, '--json');
  t.match(JSON.parse(json.stdout), { schema: 1, runs: [{ run: ids[1], verdict: 'failed' }, {}] });
  const shown = await yard('runs', 'show', 'bbbb', '--runs', root);
  t.equal(shown.exitCode, 1, 'the exit status of the run');
  t.match(shown.stdout, /^FAILED {2}1 failed, 1 flaky\n/);
  const dry = await yard('runs', 'gc', '--older-than', '0', '--runs', root, '--dry-run');
  t.match(dry.stdout, /^would remove 20261101-101500-aaaa/);
  t.equal((await yard('runs', 'rm', 'aaaa', '--runs', root)).exitCode, 0);
  t.notOk(existsSync(join(root, ids[0])));
});

t.test('keep and release', async (t) => {
  const root = t.testdir();
  await makeRun(root, eventsOf(ids[0], everyStatus));
  const runs = async (...argv: readonly string[]) => await yard('runs', ...argv, '--runs', root);
  const none = await runs('release', 'latest');
  t.equal(none.exitCode, 2);
  t.match(none.stderr, /run 20261101-101500-aaaa is not kept; see \.\/yard runs ls/);
  t.equal((await runs('keep', 'aaaa', '--reason', 'cited in a mail')).exitCode, 0);
  t.match((await runs('ls')).stdout, / kept$/m);
  t.match((await runs('keep', 'aaaa')).stderr, 'is kept already: cited in a mail');
  const removal = await runs('rm', 'aaaa');
  t.equal(removal.exitCode, 2);
  t.match(removal.stderr, 'is kept: cited in a mail');
  t.match((await runs('gc', '--older-than', '0')).stdout, 'nothing to remove');
  t.match((await runs('release', 'aaaa')).stdout, 'not kept any more; it was: cited in a mail');
  t.equal((await runs('rm', 'aaaa')).exitCode, 0);
});

t.test('flakes, slow and compare', async (t) => {
  const root = t.testdir();
  for (const id of ids) await makeRun(root, eventsOf(id, everyStatus));
  const flakes = await yard('flakes', '--runs', root);
  t.match(flakes.stdout, /^update\/rollback@.* fails 2 of 4, 50 % \(15 % to 85 %\), steady/);
  t.match(flakes.stdout, '2 × UNIT_FAILED in units [');
  t.notMatch(flakes.stdout, 'one reason');
  t.match(
    (await yard('slow', '--runs', root)).stdout,
    /update\/rollback@reference-amd64@qemu-bios/,
  );
  const same = await yard('compare', ...ids, '--runs', root);
  t.equal(same.exitCode, 0);
  t.match(same.stdout, 'still failing\n  provision/user-key@qemu-bios');
  const json = await yard('compare', ...ids, '--runs', root, '--json');
  t.match(JSON.parse(json.stdout), { schema: 1, newlyFailing: [], slower: [] });
});

t.test('a reason that several flaky cases share is told once more at the end', async (t) => {
  const root = t.testdir();
  const flaky = [
    { outcome: 'failed' as const, failure: failure() },
    { outcome: 'passed' as const },
  ];
  await makeRun(root, eventsOf(ids[0], { cases: { 'a/b': flaky, 'a/c': flaky } }));
  const { stdout } = await yard('flakes', '--runs', root);
  const [, block = ''] = stdout.split('one reason in several cases\n');
  t.match(block, /^ {2}2 × IGNITION_FAILED in ignition \[\w+\] .*: a\/b@\S+, a\/c@\S+$/);
  const json = await yard('flakes', '--runs', root, '--json');
  t.match(JSON.parse(json.stdout), { flakes: [{}, {}], shared: [{ count: 2 }] });
});

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

t.test('a reader that has read enough ends nothing with a stack', async (t) => {
  const script = 'set -o pipefail; node "$0" list --json | head -c 1';
  const { exitCode, stdout, stderr } = await execa('bash', ['-c', script, main], { reject: false });
  t.same({ exitCode, stdout, stderr }, { exitCode: 0, stdout: '{', stderr: '' });
});

t.test('bad input is refused in one line', async (t) => {
  const root = t.testdir();
  const directory = await makeRun(root, eventsOf(ids[0], everyStatus));
  const table: readonly [readonly string[], RegExp][] = [
    [['runs', 'show', 'zzz'], /there is no run zzz in .*yard runs ls/],
    [['runs', 'rm', 'zzz'], /UNKNOWN_RUN/],
    [['runs', 'gc'], /--older-than DAYS, --max-size GiB/],
    [['runs', 'gc', '--older-than', ''], /argument '' is invalid. give a whole number/],
    [['report', '--format', 'pdf'], /Allowed choices are tap, junit/],
    [['report', '--output', '/no/such/dir/x'], /cannot write the report to \/no\/such\/dir\/x/],
    ...['events.jsonl', 'record.json', 'cases/a/b/console.log', 'report.d/x'].map(
      (name): [readonly string[], RegExp] => [
        ['report', '--output', join(directory, name)],
        /is among the files of run 2026\S+-aaaa, which can't be made again; give another/,
      ],
    ),
    [['capsule', 'passes/ok'], /run 2026\S+-aaaa has no case passes\/ok; /],
    [
      ['report', '--format', 'html', '--output', '/no/such/dir/x'],
      /cannot write the report to \/no\/such\/dir\/x: ENOENT/,
    ],
    [['compare', 'aaaa', 'aaaa', '--top', '3'], /unknown option '--top'/],
    [['merge', 'aaaa'], /give two runs or more/],
    [['merge', directory, directory], /is in 2026.*-aaaa and in .*-aaaa; merge each part once/],
  ];
  for (const [argv, message] of table) {
    const { exitCode, stderr, stdout } = await yard(...argv, '--runs', root);
    t.equal(exitCode, 2, argv.join(' '));
    t.match(stderr, message);
    t.notMatch(stderr, /^\s+at /m, 'no stack');
    t.equal(stdout, '');
  }
});
