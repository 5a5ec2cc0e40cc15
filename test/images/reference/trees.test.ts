/**
 * What mmdebstrap is told of a tree, and that the trees are made at the same time, and what needs one of
 * them only as soon as that is there.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import {
  copied,
  ensureTrees,
  linked,
  treeArguments,
  treesIn,
} from '../../../images/reference/trees.js';

/** The words of a hook, as a shell and mmdebstrap (by Perl's shellwords) take it apart. */
async function wordsOf(hook: string): Promise<readonly string[]> {
  const { stdout } = await execa('sh', ['-c', `printf '%s\\n' ${hook}`]);
  return stdout.split('\n');
}

t.test('a cache with blanks and quotes in its path is one word', async (t) => {
  for (const cache of ['/home/me/.cache', '/home/a b/c', "/it's $HOME/`x`", '/a "b"\\c']) {
    const given = treeArguments({ packages: ['a', 'b'], hooks: ['--x'] }, cache, copied);
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

t.test('package files are linked into a tree, and new ones into the cache', async (t) => {
  const place = t.testdir({ "it's a cache": { 'a.deb': 'old', lock: '', partial: {} }, tree: {} });
  const [cache, tree] = [join(place, "it's a cache"), join(place, 'tree')];
  const archives = join(tree, 'var/cache/apt/archives');
  const given = treeArguments({ packages: [], hooks: [] }, cache, linked);
  const run = async (kind: string) => {
    const hooks = given.filter((argument) => argument.startsWith(`--${kind}-hook=`));
    for (const hook of hooks) {
      await execa('sh', ['-c', hook.slice(hook.indexOf('=') + 1), 'hook', tree]);
    }
  };
  for (const name of ['man', 'doc', 'locale', 'info']) {
    await mkdir(join(tree, 'usr/share', name), { recursive: true });
  }
  await run('setup');
  t.same(await readdir(archives), ['a.deb'], 'packages alone');
  writeFileSync(join(archives, 'b.deb'), 'new');
  const file = async (path: string) => (await stat(path)).ino;
  t.equal(await file(join(archives, 'a.deb')), await file(join(cache, 'a.deb')));
  const added = await file(join(archives, 'b.deb'));
  await run('customize');
  t.equal(await file(join(cache, 'b.deb')), added);
  t.same((await readdir(cache)).sort(), ['a.deb', 'b.deb', 'lock', 'partial']);
  t.same(await readdir(archives), [], 'the tree keeps none');
});

/** A program stands in for mmdebstrap: it waits for the other tree's, and does `end` with `$target`. */
function contextWith(t: Test, end: string) {
  const directory = t.testdir({ builder: {}, started: {}, bin: {} });
  const script = `#!/bin/sh
for target; do :; done
tree=\${target##*/}
: > '${directory}/started/'"\${tree%%-*}"
until [ -e '${directory}/started/os' ] && [ -e '${directory}/started/toolbox' ]; do sleep 0.05; done
started='${directory}/started'
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

async function nothing(): Promise<void> {}

t.test('one tree does not wait for the other', async (t) => {
  const context = contextWith(t, 'mkdir "$target"');
  const { os, toolbox } = await ensureTrees(context, 'a', nothing);
  t.match(treesIn(context.directory, 'a'), { os, toolbox });
  t.ok(existsSync(os) && existsSync(toolbox), 'both are there');
});

t.test('what needs the tools alone is made when they are there', async (t) => {
  const context = contextWith(
    t,
    'case $tree in os-*) until [ -e "$started/agent" ]; do sleep 0.05; done ;; esac; mkdir "$target"',
  );
  const { toolbox } = treesIn(context.directory, 'a');
  const trees = await ensureTrees(context, 'a', async (given) => {
    t.equal(given, toolbox);
    t.ok(existsSync(given), 'complete');
    writeFileSync(join(context.directory, '..', 'started', 'agent'), '');
  });
  t.ok(existsSync(trees.os), 'which waited for it');
});

t.test('what is made with the tools ends all when it fails', async (t) => {
  const context = contextWith(t, 'case $tree in os-*) exec sleep 60 ;; *) mkdir "$target" ;; esac');
  const failing = async () => {
    throw new Error('no agent');
  };
  await t.rejects(ensureTrees(context, 'a', failing), { message: 'no agent' });
  t.notOk(existsSync(treesIn(context.directory, 'a').os));
});

t.test('the first that fails ends the other', async (t) => {
  const context = contextWith(t, 'case $tree in os-*) exec sleep 60 ;; *) exit 1 ;; esac');
  const began = Date.now();
  await t.rejects(ensureTrees(context, 'a', nothing), { code: 'BUILD_FAILED' });
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
  await t.rejects(ensureTrees(context, 'a', nothing), { code: 'BUILD_FAILED' });
  t.ok(existsSync(join(context.directory, '..', 'started', 'mounted')));
  t.same(mountedBelow(context.directory), []);
  const left = (await readdir(context.directory)).filter((name) => !name.endsWith('.log'));
  t.same(left, ['packages'], 'no tree is left, either');
});
