/**
 * What is refused before the host is looked at: on one without any program, where nothing could be
 * installed, built or booted, the answer is about what was said, not about the host.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';

const main = join(compiledRoot(), 'harness', 'cli', 'main.js');

/** Runs each on such a host and holds its line against the pattern. */
async function refused(t: Test, table: readonly (readonly [string[], RegExp])[]): Promise<void> {
  const directory = t.testdir({
    ...{ bin: {}, 'no-forks.json': '{"fork":false}' },
    'given.json': '{"artifacts":["foo=none"]}',
  });
  const env = { PATH: join(directory, 'bin'), XDG_CACHE_HOME: join(directory, 'cache') };
  const settings = { reject: false, env, cwd: directory } as const;
  const ends = table.map(([argv]) => execa(process.execPath, [main, ...argv], settings));
  for (const [index, { exitCode, stdout, stderr }] of (await Promise.all(ends)).entries()) {
    const [argv = [], pattern = /^$/] = table[index] ?? [];
    t.same([exitCode, stdout], [2, ''], argv.join(' '));
    t.match(stderr, pattern, argv.join(' '));
    t.match(stderr, /^yard: [^\n]* \[[A-Z_]+\]$/, 'one line');
  }
  t.notOk(existsSync(join(directory, 'runs')), 'no run');
  t.notOk(existsSync(join(directory, 'cache')), 'no cache');
}

const how = ['--no-install', '--runs', 'runs'];

t.test('what is given beside the image', async (t) => {
  await refused(t, [
    [['run', 'boot/no-config', ...how, '--artifact', 'foo'], /foo: give NAME=DIR.*BAD_ARTIFACT/],
    [['mutate', ...how, '--artifact', 'foo=none'], /none: artifact\.json cannot.*BAD_ARTIFACT/],
    [['bench', 'boot', ...how, '--config', 'given.json'], /none: artifact\.json cannot/],
    [['mutate', ...how, '--release', 'next=1.0:none'], /none: ENOENT.*NOT_A_PAYLOAD/],
  ]);
});

t.test('options that mean nothing', async (t) => {
  const bench = (...argv: string[]) => ['bench', ...argv, '--no-install'];
  await refused(t, [
    [bench('fork', '--select', 'a'), /bench fork: --select means nothing to it; leave it out/],
    [['mutate', '--no-install', '--sample', '0'], /'--sample <n>' argument '0' is invalid/],
    [['test', '--gate', '--faults'], /test --gate with --faults: .*leave one of them out/],
    [
      ['run', 'boot/no-config', ...how, '--config', 'no-forks.json', '--verify-forks', '20'],
      /--verify-forks with "fork": false in the config file: there is no fork to verify; leave/,
    ],
  ]);
});
