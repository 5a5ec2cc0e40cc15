/**
 * What is asked of stored runs, what is kept of them, and what is refused, each as a real process.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { failure } from '../../results/support/events.js';
import { eventsOf, makeRun } from '../../results/support/run-directory.js';
import { everyStatus } from '../../results/support/stories.js';
import { ids, main, yard } from './stored-yard.js';

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
