/**
 * The launcher: what it refuses, installs, compiles and leaves as it is, and what it costs.
 */

import { existsSync } from 'node:fs';
import {
  appendFile,
  chmod,
  copyFile,
  mkdir,
  open,
  readFile,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { projectRoot } from '../harness/base/project-root.js';
import { checkout, compile, install, run } from './support/launcher-checkout.js';

async function touch(path: string): Promise<void> {
  await utimes(path, new Date(), new Date());
}

t.test('a Node.js that is too old, or none, is refused before anything is made', async (t) => {
  const { at, start } = await checkout(t);
  for (const version of ['v18.19.0', 'v20.18.9', 'v9.0.0']) {
    const { exitCode, stderr, stdout } = await start([], { NODE_VERSION: version });
    t.same(
      [exitCode, stderr, stdout],
      [2, `yard: Node ${version} is too old; install Node 20.19 or later`, ''],
    );
  }
  await rm(at('bin', 'node'));
  for (const name of ['dirname', 'readlink']) await copyFile(`/usr/bin/${name}`, at('bin', name));
  const none = await start([], { PATH: at('bin') });
  t.same(
    [none.exitCode, none.stderr],
    [2, 'yard: Node.js was not found; install Node 20.19 or later'],
  );
  t.notOk(existsSync(at('node_modules')) || existsSync(at('dist')), 'nothing was made');
});

t.test('the first start installs and compiles, the next does neither', async (t) => {
  const { at, start } = await checkout(t);
  const first = await start(['run', 'a b', '*']);
  t.same(first.calls, [install, ...compile, `${run} [run] [a b] [*]`], 'words stay words');
  t.same([first.exitCode, first.stdout], [7, 'from the command line'], "the command's own end");
  t.same(first.stderr.split('\n'), [
    'yard: installing the locked dependencies',
    'yard: compiling',
    'yard: bundling',
  ]);
  for (const version of ['v20.19.0', 'v20.20.1', 'v22.0.0', 'v100.1.0']) {
    const { calls, stderr } = await start([], { NODE_VERSION: version });
    t.same([calls, stderr], [[run], ''], version);
  }
  t.ok(existsSync(at('dist', '.built')));
});

t.test('what changed is brought up to date', async (t) => {
  const { at, start } = await checkout(t);
  await start();
  await appendFile(at('package-lock.json'), '\n');
  t.same(
    (await start()).calls,
    [install, ...compile, run],
    'dependencies, and what uses their types',
  );
  await rm(at('dist', '.built'));
  await writeFile(at('dist', 'old.js'), '');
  t.same((await start()).calls, [...compile, run], 'a build that did not end');
  t.notOk(existsSync(at('dist', 'old.js')), 'begins anew');
  await mkdir(at('dist', 'kept'));
  await touch(at('suites', 'a.ts'));
  t.same((await start()).calls, [...compile, run], 'a source');
  t.ok(existsSync(at('dist', 'kept')), 'changes only what it must');
  await rm(at('suites', 'a.ts'));
  await touch(at('suites'));
  t.same((await start()).calls, [...compile, run], 'a source that is gone');
  t.notOk(existsSync(at('dist', 'kept')), 'leaves no output behind');
  t.same((await start()).calls, [run], 'and then nothing');
});

t.test('the code has a name, which is of its sources and of nothing else', async (t) => {
  const { at, start } = await checkout(t);
  const codeOf = async () => {
    await start();
    return (await readFile(at('dist', 'code.sha256'), 'utf8')).trim();
  };
  const first = await codeOf();
  t.match(first, /^[0-9a-f]{64}$/);
  await touch(at('suites', 'a.ts'));
  await appendFile(at('test', 'a.ts'), '// more\n');
  t.equal(await codeOf(), first, 'built anew, with other tests');
  for (const file of [
    ['suites', 'a.ts'],
    ['package-lock.json'],
    ['rolldown.config.js'],
    ['yard'],
  ]) {
    const before = await codeOf();
    await appendFile(at(...file), '\n');
    t.not(await codeOf(), before, file.join('/'));
  }
});

t.test('of two first starts one installs and compiles', async (t) => {
  const { start } = await checkout(t);
  const ends = await Promise.all([start(), start()]);
  t.same(
    ends.map(({ exitCode }) => exitCode),
    [7, 7],
  );
  const longest = ends.map(({ calls }) => calls).sort((a, b) => b.length - a.length)[0];
  t.same(longest, [install, ...compile, run, run]);
});

t.test('code is not replaced under a command that runs', async (t) => {
  const { at, start } = await checkout(t);
  await start();
  await execa('mkfifo', [at('hold')]);
  const running = start([], { HOLD: at('hold') });
  // Opens once the command has come to read it, and lets it end when it is closed.
  const hold = await open(at('hold'), 'w');
  t.same((await start()).calls, [run], 'what changes nothing runs beside it');
  await touch(at('suites'));
  const refused = await start();
  t.same([refused.exitCode, refused.calls], [2, ['']]);
  t.match(refused.stderr, /^yard: the code has changed, and another command still runs .*; wait/);
  t.ok(existsSync(at('dist', 'command')), 'the code of the one that runs is there');
  await hold.close();
  t.equal((await running).exitCode, 7);
  t.same((await start()).calls, [...compile, run], 'and is replaced once it has ended');
});

t.test('what fails is shown, and tried again next time', async (t) => {
  const { at, start } = await checkout(t);
  await writeFile(at('offline'), '');
  const offline = await start();
  t.equal(offline.exitCode, 2);
  t.match(offline.stderr, /noise of npm\nnpm error network\nyard: this failed: npm --prefix/);
  t.equal(offline.stdout, '');
  await rm(at('offline'));
  await writeFile(at('broken'), '');
  const broken = await start();
  t.same(broken.calls, [install, compile[0]]);
  t.match([broken.exitCode, broken.stderr], [2, /x\.ts\(1,1\): error\nyard: this failed: .*tsc/]);
  await rm(at('broken'));
  t.same((await start()).calls, [...compile, run]);
});

t.test('it is started by a link, from anywhere', async (t) => {
  const { at, start } = await checkout(t);
  await start();
  const link = await execa(
    'sh',
    ['-c', 'ln -s ../yard bin/yard && cd / && exec "$0" list', at('bin', 'yard')],
    {
      cwd: at(),
      reject: false,
      env: { PATH: `${at('bin')}:/usr/bin:/bin`, NODE_VERSION: 'v20.19.0', CALLS: at('calls') },
    },
  );
  t.equal(link.exitCode, 7);
  t.match(await readFile(at('calls'), 'utf8'), /main\.js\] \[list\]/);
});

t.test('once warm it costs less than 0.3 s of processor', async (t) => {
  const bin = t.testdir({ node: `#!/bin/sh\n[ "$1" != --version ] || echo ${process.version}\n` });
  await chmod(join(bin, 'node'), 0o755);
  const script = '"$0" --version; times';
  const { stdout } = await execa('sh', ['-c', script, join(projectRoot(), 'yard')], {
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
  });
  const [, children = ''] = stdout.split('\n');
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, m, s]) => Number(m) * 60 + Number(s),
  );
  t.equal(seconds.length, 2, children);
  const [user = 0, system = 0] = seconds;
  t.ok(user + system < 0.3, `${user + system} s`);
});
