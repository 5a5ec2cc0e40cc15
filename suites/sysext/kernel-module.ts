/**
 * An extension may say which modules of the kernel it needs.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { makeExtension, mergedExtensions } from '../support/extensions.js';
import { rebootLimits, settled } from '../support/running.js';

export default defineSuite({
  id: 'sysext/kernel-module',
  summary: 'A kernel module that an extension asks for in modules-load.d is loaded at boot.',
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
    await step('an extension that asks for it', async () => {
      await makeExtension(main, 'wants-dummy', {
        files: { 'lib/modules-load.d/dummy.conf': 'dummy\n' },
      });
      await main.output(['sync']);
      await main.reboot();
      await settled(main);
    });
    await step('is merged, and the module is loaded', async () => {
      check.includes((await mergedExtensions(main)).join(' '), 'wants-dummy', 'merged extensions');
      check.succeeds(
        await main.exec(['test', '-d', '/sys/module/dummy']),
        'looking for the module',
      );
    });
  },
});
