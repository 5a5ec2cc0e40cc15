/**
 * Every config that is made passes Debian's `ignition-validate`. It knows specifications up to
 * 3.3.0, so configs of 3.4.0 are shown to it under that number, without what 3.4.0 added.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { t } from 'tap';
import { projectRoot } from '../../../harness/base/project-root.js';
import { translateButane } from '../../../platforms/butane/butane.js';

const validator = '/usr/bin/ignition-validate';
const missing = existsSync(validator)
  ? false
  : `${validator} (Debian package ignition) not installed`;
const corpus = join(projectRoot(), 'test', 'platforms', 'butane', 'corpus');

t.test('every config of the corpus', { skip: missing }, async (t) => {
  for (const name of readdirSync(corpus).filter((entry) => /^\d/.test(entry))) {
    const files = join(corpus, name, 'files');
    const options = existsSync(files) ? { filesDir: files } : {};
    const { config } = translateButane(readFileSync(join(corpus, name, 'in.bu')), options);
    if (!config || isNewer(config)) continue;
    const shown = { ...config, ignition: { ...config.ignition, version: '3.3.0' } };
    const { status, stderr, stdout } = spawnSync(validator, ['-'], {
      input: JSON.stringify(shown),
      encoding: 'utf8',
    });
    t.equal(status, 0, `${name} ${stdout}${stderr}`);
  }
});

/** Amazon resource names came with 3.4.0; the other additions are no errors to the validator. */
function isNewer(config: object): boolean {
  return JSON.stringify(config).includes('"source":"arn:');
}
