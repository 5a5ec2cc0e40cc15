/**
 * The host checks: each finding, and the one-line error of a run that can't start.
 */

import { join } from 'node:path';
import t from 'tap';
import { spaceCheck, toolCheck, writableCheck } from '../../../platforms/qemu/host-checks.js';
import { preflightChecks, runPreflight } from '../../../platforms/qemu/preflight.js';

t.test('this host passes, or says in one line why not', async (t) => {
  const directory = t.testdir({});
  const options = { cacheDirectory: directory, runsDirectory: directory, buildsImage: false };
  const checks = preflightChecks(options);
  t.equal(new Set(checks.map(({ name }) => name)).size, checks.length, 'names are unique');
  for (const { name, check } of checks) {
    const { finding } = await check();
    t.notMatch(finding, /\n/, `${name}: ${finding}`);
  }
});

t.test('only building an image needs mmdebstrap', async (t) => {
  const names = (buildsImage: boolean) => {
    const options = { cacheDirectory: '/c', runsDirectory: '/r', buildsImage };
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

t.test('a cache that cannot be written', async (t) => {
  const file = join(t.testdir({ file: '' }), 'file');
  t.match(await writableCheck(file).check(), {
    ok: false,
    code: 'CACHE_NOT_WRITABLE',
    finding: new RegExp(`cannot write the cache directory ${file}: E`),
    remedy: /XDG_CACHE_HOME/,
  });
});

t.test('space is measured where a directory will be', async (t) => {
  const inside = join(t.testdir({}), 'not', 'yet', 'there');
  t.match(await spaceCheck('s', 'Space', inside).check(), { finding: /^\d+ MiB free at / });
  t.match(await spaceCheck('s', 'Space', '/proc').check(), { ok: false, code: 'NO_DISK_SPACE' });
});
