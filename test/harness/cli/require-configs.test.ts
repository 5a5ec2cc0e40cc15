/**
 * Configs that Ignition would refuse are refused before anything boots.
 */

import t from 'tap';
import { loadSelectedSuites } from '../../../harness/cli/commands/list.js';
import { requireConfigs } from '../../../harness/cli/require-configs.js';
import type { IgnitionFragment } from '../../../harness/model/ignition.js';
import { singleMachine } from '../../../harness/model/topology.js';
import { fakeSuite } from '../../support/fixtures.js';

t.test('a malformed fragment names the suite, the role and the place', async (t) => {
  const config = { storage: { files: [{ path: 'not/absolute' }] } } as IgnitionFragment;
  const topology = singleMachine({ provisioning: { kind: 'ignition', config } });
  const suites = [fakeSuite('a/fine'), fakeSuite('a/wrong', { topology })];
  t.throws(() => requireConfigs(suites), {
    ...{ kind: 'usage', code: 'BAD_IGNITION' },
    message: /^suites\/a\/wrong\.ts, role main: .*storage\.files\.0.*$/,
  });
});

t.test('a machine without a config has none that could be wrong', async (t) => {
  const topology = singleMachine({ provisioning: { kind: 'none' } });
  t.doesNotThrow(() => requireConfigs([fakeSuite('a/none', { topology })]));
});

t.test('every suite of the project has configs that are accepted', async (t) => {
  const suites = await loadSelectedSuites([]);
  t.ok(suites.length >= 20);
  t.doesNotThrow(() => requireConfigs(suites));
});
