/**
 * The host checks: each finding, and the one-line error of a run that can't start.
 */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import {
  cacheCheck,
  runsCheck,
  spaceCheck,
  toolCheck,
} from '../../../platforms/qemu/host-checks.js';
import { preflightChecks, runPreflight } from '../../../platforms/qemu/preflight.js';

t.test('this host passes, or says in one line why not', async (t) => {
  const directory = t.testdir({});
  const options = { cacheDirectory: directory, runsDirectory: directory, installsPackages: false };
  const checks = preflightChecks(options);
  t.equal(new Set(checks.map(({ name }) => name)).size, checks.length, 'names are unique');
  for (const { name, check } of checks) {
    const { finding } = await check();
    t.notMatch(finding, /\n/, `${name}: ${finding}`);
  }
});

t.test('only installing packages into an image needs mmdebstrap', async (t) => {
  const names = (installsPackages: boolean) => {
    const options = { cacheDirectory: '/c', runsDirectory: '/r', installsPackages };
    return preflightChecks(options).map(({ name }) => name);
  };
  t.ok(names(true).includes('mmdebstrap'));
  t.notOk(names(false).includes('mmdebstrap'));
});

t.test('a missing tool names its package', async (t) => {
  const check = toolCheck('no-such-tool', 'some-package');
  t.match(await check.check(), { ok: false, code: 'MISSING_TOOL', packages: ['some-package'] });
  const error = { code: 'MISSING_TOOL', kind: 'usage' };
  const message = 'no-such-tool was not found; install the package some-package';
  await t.rejects(runPreflight([toolCheck('sh', 'dash'), check]), { ...error, message });
});

t.test('a directory that cannot be written, or made, has a remedy', async (t) => {
  const file = join(t.testdir({ file: '' }), 'file');
  for (const path of [file, join(file, 'not', 'yet')]) {
    const finding = new RegExp(`cannot write below ${path}: E`);
    const cache = { code: 'CACHE_NOT_WRITABLE', finding, remedy: /XDG_CACHE_HOME/ };
    t.match(await cacheCheck(path).check(), { ok: false, ...cache });
    const runs = { code: 'RUN_DIRECTORY', finding, remedy: /--runs DIR/ };
    t.match(await runsCheck(path).check(), { ok: false, ...runs });
  }
});

t.test('looking whether a directory can be made does not make it', async (t) => {
  const parent = t.testdir({});
  t.match(await cacheCheck(join(parent, 'a', 'b')).check(), { ok: true });
  t.same(await readdir(parent), []);
});

t.test('a check that breaks is a usage error, not a crash', async (t) => {
  const check = async () => {
    throw new Error('no such system call');
  };
  await t.rejects(runPreflight([{ name: 'odd', title: 'Odd', check }]), {
    ...{ kind: 'usage', code: 'CHECK_FAILED' },
    message: 'the check odd broke: no such system call; make the check possible, or report it',
  });
});

t.test('space is measured where a directory will be', async (t) => {
  const inside = join(t.testdir({}), 'not', 'yet', 'there');
  t.match(await spaceCheck('s', 'Space', inside).check(), { finding: /^\d+ MiB free at / });
  t.match(await spaceCheck('s', 'Space', '/proc').check(), { ok: false, code: 'NO_DISK_SPACE' });
});
