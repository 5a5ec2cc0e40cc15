/**
 * The command line as a user meets it: a real process per case. Each kind of bad input is one line
 * on stderr with what to do next, exit status 2, and nothing created.
 */

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';
import { ownVersion } from '../../../results/own-version.js';

const main = join(compiledRoot(), 'harness', 'cli', 'main.js');

async function yard(argv: readonly string[], env: Record<string, string> = {}) {
  return await execa('node', [main, ...argv], { reject: false, env });
}

t.test('the version is that of the package, which records name', async (t) => {
  const { exitCode, stdout } = await yard(['--version']);
  t.same([exitCode, stdout], [0, await ownVersion()]);
});

t.test('bad input', async (t) => {
  const runs = join(t.testdir(), 'runs');
  const broken = join(t.testdir({ 'bad.json': '{"retrys": 1}' }), 'bad.json');
  const yaml = join(t.testdirName, 'yaml.json');
  await writeFile(yaml, 'jobs: 2\nretries: 1\n');
  const notAnImage = join(t.testdirName, 'text.img');
  await writeFile(notAnImage, 'hello');
  const table: readonly [readonly string[], RegExp][] = [
    [['run', 'boot/no-confg'], /unknown suite.*boot\/no-config/i],
    [['run', 'tag:no-such-tag'], /no-such-tag/],
    [['run', '--no-such-option'], /unknown option '--no-such-option'/],
    [['no-such-command'], /unknown command 'no-such-command'/],
    [['run', '--retries', 'many'], /give a whole number/],
    [['run', '--jobs', '0'], /'--jobs <n>' argument '0' is invalid. give a whole number from 1 on/],
    [['run', '--jobs', '1e2'], /argument '1e2' is invalid. give a whole number from 1 on/],
    [['run', '--shard', '0/4'], /'--shard <i\/n>' argument '0\/4' is invalid. give a part/],
    [['run', '--shard', '5/4'], /'5\/4' is invalid/],
    [['run', '--shard', '1'], /'1' is invalid/],
    [['run', '--shard', '1/1001'], /'1\/1001' is invalid. give a part .*, 1000 at most/],
    [['run', '--last-failed', '--shard', '1/2'], /--last-failed with --shard: .*leave one/],
    [['run', '--no-fork', '--verify-forks', '5'], /--verify-forks with --no-fork: .*leave one/],
    [['run', '--repeat-each', '0'], /'--repeat-each <n>' argument '0' is invalid/],
    [['run', '--repeat-each', '10001'], /argument '10001' is invalid. give a whole .* to 10000/],
    [['run', '--max-failures', '-1'], /'--max-failures <n>' argument '-1' is invalid/],
    [['run', '--last-failed'], /--last-failed: there is no earlier run/],
    [
      ['run', '--memory', '99999999'],
      /memory: 99999999 MiB for machines, and the host has \d+ MiB/,
    ],
    [
      ['run', '--memory', '512', 'boot/reboot'],
      /boot\/reboot never fits: needs 1024 MiB of memory, may use 512/,
    ],
    [['run', '--config', broken], /Unrecognized key: "retrys"/],
    [['run', '--config', yaml], /yaml\.json: Unexpected token .*see docs/],
    [['images', 'build', '--check', '--image', notAnImage], /--check builds the reference image/],
    [['bench', 'boot', '--check'], /bench boot has no bounds; `network` and `gate` have/],
    [['bench', 'schedule', '--check'], /bench schedule has no bounds/],
    [['run', '--image', '/no/such/image.img'], /\/no\/such\/image\.img/],
    [['run', '--image', notAnImage], /text\.img.*not/i],
    [['run', '--memory', '16', 'boot/no-config'], /--memory: must be a whole number from 512 on/],
    [['run', '--image', ''], /--image: must not be empty/],
    [['run', '!**'], /nothing is left of the suites after !\*\*/],
    [['run', '--runs', '/dev/null/x', 'boot/no-config'], /\/dev\/null\/x.*--runs DIR/],
    [['list', 'nowhere/*'], /nowhere/],
  ];
  const flags = (argv: readonly string[]) =>
    argv[0] === 'run' && !argv.includes('--runs') ? ['--runs', runs] : [];
  const ends = await Promise.all(table.map(([argv]) => yard([...argv, ...flags(argv)])));
  for (const [index, [argv, message]] of table.entries()) {
    const { exitCode, stderr = '', stdout } = ends[index] ?? {};
    t.equal(exitCode, 2, `${argv.join(' ')} exits 2`);
    t.match(stderr, message, `${argv.join(' ')} says why`);
    t.match(stderr, /^yard: .*; .* \[[A-Z_]+\]$/, `${argv.join(' ')}: one line, what to do next`);
    t.equal(stdout, '', 'stdout stays empty');
  }
  t.notOk(existsSync(runs), 'nothing was created');
});

t.test('a cache that cannot be made is refused, and nothing is made', async (t) => {
  const directory = t.testdir({ file: '' });
  const cache = join(directory, 'file', 'cache');
  const runs = join(directory, 'runs');
  const argv = ['run', 'boot/no-config', '--no-install', '--runs', runs];
  const { exitCode, stderr } = await yard(argv, { XDG_CACHE_HOME: cache });
  t.equal(exitCode, 2);
  t.match(stderr, /^yard: cannot write below .*; set XDG_CACHE_HOME .* \[CACHE_NOT_WRITABLE\]$/);
  t.notOk(existsSync(runs));
});

t.test('what nobody caught is a fault of ours, not of an image', async (t) => {
  const thrower = `setInterval(() => {
    if (process.listenerCount('uncaughtException') > 0) throw new Error('lost');
  }, 1)`;
  const argv = ['--import', `data:text/javascript,${encodeURIComponent(thrower)}`, main, 'list'];
  const { exitCode, stderr } = await execa('node', argv, { reject: false });
  t.equal(exitCode, 70);
  t.match(stderr, /^yard: internal error, please report it\nError: lost/);
});

t.test('output that cannot be written is said', async (t) => {
  const argv = ['-c', 'exec node "$0" list --json >/dev/full', main];
  const { exitCode, stderr } = await execa('sh', argv, { reject: false });
  t.equal(exitCode, 3);
  t.match(stderr, /^yard: cannot write to stdout: ENOSPC[^\n]* \[OUTPUT_FAILED\]$/);
});

t.test('list --json', async (t) => {
  const { stdout, exitCode } = await yard(['list', '--json']);
  t.equal(exitCode, 0);
  const { suites } = JSON.parse(stdout) as { suites: Record<string, unknown>[] };
  t.ok(suites.length >= 20, `${suites.length} suites`);
  const fields = ['id', 'summary', 'owner', 'claims', 'tags', 'topology', 'start'];
  for (const suite of suites) t.hasProps(suite, fields, String(suite['id']));
});
