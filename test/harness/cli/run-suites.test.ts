/**
 * A run that can't begin leaves nothing behind that could be taken for a run.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { silentLogger } from '../../../harness/base/logger.js';
import { runSuites } from '../../../harness/cli/run-suites.js';
import { loadSettings } from '../../../harness/cli/settings.js';
import { fakeImage, fakeSuite } from '../../support/fixtures.js';

t.test('no directory without a platform', async (t) => {
  const directory = t.testdir({});
  const runs = join(directory, 'runs');
  const { PATH, XDG_CACHE_HOME } = process.env;
  t.teardown(() => void Object.assign(process.env, { PATH, XDG_CACHE_HOME: XDG_CACHE_HOME ?? '' }));
  // No QEMU is found, which is one of the ways in which a platform can't be opened.
  Object.assign(process.env, { PATH: directory, XDG_CACHE_HOME: directory });
  const settings = await loadSettings({ runs });
  const { signal } = new AbortController();
  const request = { suites: [fakeSuite('a/one')], image: fakeImage(), settings, signal };
  await t.rejects(runSuites({ ...request, logger: silentLogger }), { code: 'NO_QEMU' });
  t.notOk(existsSync(runs));
});
