/**
 * Every config that is made passes Debian's `ignition-validate`: of the corpus, of the cases, and
 * what the machines of all suites are really given.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { t } from 'tap';
import { projectRoot } from '../../../harness/base/project-root.js';
import { loadSelectedSuites } from '../../../harness/cli/commands/list.js';
import type { Suite } from '../../../harness/model/suite.js';
import { translateButane } from '../../../platforms/butane/butane.js';
import { makeHarnessKeys } from '../../../platforms/guest/keys.js';
import { fillProvisioning } from '../../../platforms/network/fill-addresses.js';
import { planNetwork } from '../../../platforms/network/plan-network.js';
import { effectiveConfig } from '../../../platforms/qemu/machine-files.js';
import { refusalOf, skipReason, withoutValidator } from '../../support/ignition-validate.js';

const here = join(projectRoot(), 'test', 'platforms', 'butane');
const corpus = join(here, 'corpus');
const skip = { skip: withoutValidator };

t.test('without the validator a laptop skips, CI does not', async (t) => {
  t.match(skipReason(false, false), /package ignition/);
  t.equal(skipReason(false, true), false);
  t.equal(skipReason(true, false), false);
});

t.test('it refuses what is wrong', skip, async (t) => {
  const storage = { files: [{ path: 'not/absolute' }] };
  t.match(refusalOf({ ignition: {}, ...{ storage } }), /path not absolute/);
});

t.test('every config of the corpus', skip, async (t) => {
  for (const name of readdirSync(corpus).filter((entry) => /^\d/.test(entry))) {
    const files = join(corpus, name, 'files');
    const options = existsSync(files) ? { filesDir: files } : {};
    const { config } = translateButane(readFileSync(join(corpus, name, 'in.bu')), options);
    if (config) t.equal(refusalOf(config), undefined, name);
  }
});

t.test('every config of the cases', skip, async (t) => {
  const cases = JSON.parse(readFileSync(join(here, 'cases.json'), 'utf8')) as {
    readonly text: readonly string[];
    readonly config?: object;
  }[];
  const configs = cases.flatMap(({ text }) => {
    const { config } = translateButane(`${text.join('\n')}\n`);
    return config ? [{ config, name: text.slice(2).join(' ') }] : [];
  });
  t.equal(configs.length, cases.filter(({ config }) => config).length);
  for (const { config, name } of configs) t.equal(refusalOf(config), undefined, name);
});

/** By text, so that what many suites share is shown once: who has it, and the config. */
function configsOf(suites: readonly Suite[]) {
  const keys = makeHarnessKeys();
  const found = new Map<string, { readonly who: string; readonly config: { ignition: object } }>();
  for (const { id, topology } of suites) {
    const { roles, stations } = planNetwork(topology);
    for (const [name, { provisioning: given, identity }] of Object.entries(topology.roles)) {
      const machine = `${name}-0`;
      const provisioning = fillProvisioning(given, { machine, roles, stations });
      const request = { provisioning, identity };
      const config = effectiveConfig({ name: machine, journal: 'units', request }, keys);
      if (config) found.set(JSON.stringify(config), { who: `${id} ${machine}`, config });
    }
  }
  return [...found.values()];
}

t.test('what the machines of every suite are given', skip, async (t) => {
  const configs = configsOf(await loadSelectedSuites([]));
  t.ok(configs.length > 50, `${configs.length} different ones`);
  for (const { who, config } of configs) t.equal(refusalOf(config), undefined, who);
});
