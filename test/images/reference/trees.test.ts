/**
 * What mmdebstrap is told of a tree, and that both trees are made at the same time.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { ensureTrees, treeArguments, treesIn } from '../../../images/reference/trees.js';

/** The words of a hook, as a shell and mmdebstrap (by Perl's shellwords) take it apart. */
async function wordsOf(hook: string): Promise<readonly string[]> {
  const { stdout } = await execa('sh', ['-c', `printf '%s\\n' ${hook}`]);
  return stdout.split('\n');
}

t.test('a cache with blanks and quotes in its path is one word', async (t) => {
  for (const cache of ['/home/me/.cache', '/home/a b/c', "/it's $HOME/`x`", '/a "b"\\c']) {
    const given = treeArguments({ packages: ['a', 'b'], hooks: ['--x'] }, cache);
    const hookOf = (name: string) => {
      const found = given.find((argument) => argument.includes(`hook=${name} `)) ?? '';
      return found.slice(found.indexOf('=') + 1);
    };
    const archives = '/var/cache/apt/archives';
    t.same(await wordsOf(hookOf('sync-in')), ['sync-in', cache, archives]);
    t.same(await wordsOf(hookOf('sync-out')), ['sync-out', archives, cache]);
    t.ok(given.includes('--x') && given.includes('--include=a,b'));
  }
});

/** A program stands in for mmdebstrap: it waits for the other tree's, and does `end` with `$target`. */
function contextWith(t: Test, end: string) {
  const directory = t.testdir({ builder: {}, started: {}, bin: {} });
  const script = `#!/bin/sh
for target; do :; done
tree=\${target##*/}
: > '${directory}/started/'"\${tree%%-*}"
until [ -e '${directory}/started/os' ] && [ -e '${directory}/started/toolbox' ]; do sleep 0.05; done
${end}
`;
  writeFileSync(join(directory, 'bin', 'mmdebstrap'), script, { mode: 0o755 });
  const before = process.env['PATH'];
  process.env['PATH'] = `${join(directory, 'bin')}:${before}`;
  t.teardown(() => {
    process.env['PATH'] = before;
  });
  const source = '/nowhere';
  const signal = AbortSignal.timeout(20_000);
  return {
    directory: join(directory, 'builder'),
    source,
    mirror: undefined,
    log: () => {},
    signal,
  };
}

t.test('one tree does not wait for the other', async (t) => {
  const context = contextWith(t, 'mkdir "$target"');
  const { os, toolbox } = await ensureTrees(context, 'a');
  t.match(treesIn(context.directory, 'a'), { os, toolbox });
  t.ok(existsSync(os) && existsSync(toolbox), 'both are there');
});

t.test('the first that fails ends the other', async (t) => {
  const context = contextWith(t, 'case $tree in os-*) exec sleep 60 ;; *) exit 1 ;; esac');
  const began = Date.now();
  await t.rejects(ensureTrees(context, 'a'), { code: 'BUILD_FAILED' });
  t.ok(Date.now() - began < 15_000, 'without waiting for its end');
  const trees = (await readdir(context.directory)).filter((name) =>
    /^(os|toolbox)-\w+$/.test(name),
  );
  t.same(trees, [], 'neither counts as made');
});

/** What is mounted at or below a path. */
function mountedBelow(path: string): readonly string[] {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return mounts.filter((line) => line.split(' ')[1]?.startsWith(path));
}

const skip = process.getuid?.() !== 0 && 'only root mounts for mmdebstrap';

t.test('what is mounted in a tree goes with the one who mounted it', { skip }, async (t) => {
  const mounting = 'mkdir -p "$target" && mount -t tmpfs none "$target" && : > "$target/within"';
  const context = contextWith(
    t,
    `case $tree in os-*) ${mounting} && : > "$started/mounted" && exec sleep 60 ;; esac
until [ -e "$started/mounted" ]; do sleep 0.05; done; exit 1`,
  );
  await t.rejects(ensureTrees(context, 'a'), { code: 'BUILD_FAILED' });
  t.ok(existsSync(join(context.directory, '..', 'started', 'mounted')));
  t.same(mountedBelow(context.directory), []);
  const left = (await readdir(context.directory)).filter((name) => !name.endsWith('.log'));
  t.same(left, ['packages'], 'no tree is left, either');
});
