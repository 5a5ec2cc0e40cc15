/**
 * An extension may bring modules of the kernel.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { makeExtension, mergedExtensions } from '../support/extensions.js';
import { rebootLimits, settled } from '../support/running.js';

const home = '/var/lib/extensions/brings-dummy';

/**
 * The module moves to where only the extension has it, and with it the index of all modules; the
 * name stays, since nothing on the machine could make another module.
 */
const moveModule = `set -e
version=$(uname -r)
from=$(modinfo -n dummy)
tree=/var/tmp/modules
mkdir -p $tree/lib/modules
cp -a /usr/lib/modules/$version $tree/lib/modules/
rm $tree/lib/modules/$version/\${from#*/modules/$version/}
mkdir -p $tree/lib/modules/$version/extra
cp "$from" $tree/lib/modules/$version/extra/
depmod -b $tree $version
own=${home}/usr/lib/modules/$version
mkdir -p $own
cp -r $tree/lib/modules/$version/extra $tree/lib/modules/$version/modules.* $own/
rm -r $tree
sync`;

export default defineSuite({
  id: 'sysext/kernel-module',
  summary:
    'A kernel module that comes with an extension is loaded at boot, as its modules-load.d asks.',
  claims: ['X12'],
  tags: ['sysext'],
  applies: { needs: ['sysext'] },
  topology: singleMachine(),
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the module is not loaded yet', async () => {
      check.fails(await main.exec(['test', '-d', '/sys/module/dummy']), 'looking for the module');
    });
    await step('an extension that has it', async () => {
      await makeExtension(main, 'brings-dummy', {
        files: { 'lib/modules-load.d/dummy.conf': 'dummy\n' },
      });
      const moved = await main.sh(moveModule, { sudo: true, timeoutMs: 180_000 });
      check.succeeds(moved, 'making the extension');
      await main.reboot();
      await settled(main);
    });
    await step('is merged, and its module is loaded', async () => {
      check.includes(await mergedExtensions(main), 'brings-dummy', 'merged extensions');
      const path = await main.output(['modinfo', '-n', 'dummy'], { sudo: true });
      check.matches(path, /\/extra\/dummy\.ko/, 'where the module comes from');
      const loaded = await main.exec(['test', '-d', '/sys/module/dummy']);
      check.succeeds(loaded, 'looking for the module');
    });
  },
});
