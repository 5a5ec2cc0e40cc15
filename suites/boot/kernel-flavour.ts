/**
 * The kernel is the one that Flatcar builds, and tells how it was built.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

export default defineSuite({
  id: 'boot/kernel-flavour',
  summary: "Flatcar's own kernel runs, with its configuration readable and microcode built in.",
  claims: ['B26', 'B27', 'B28'],
  tags: ['boot', 'kernel'],
  applies: { needs: ['flatcar-kernel'], arches: ['amd64'] },
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await step('its name', async () => {
      check.matches(await main.output(['uname', '-r']), /^\d+\.\d+\.\d+-flatcar$/, 'uname -r');
    });
    await step('its configuration', async () => {
      const config = await main.output(['zcat', '/proc/config.gz']);
      for (const option of ['DM_VERITY', 'OVERLAY_FS', 'SECURITY_SELINUX']) {
        check.matches(config, new RegExp(`^CONFIG_${option}=[ym]$`, 'm'), '/proc/config.gz');
      }
      const [, firmware = ''] = check.matches(config, /^CONFIG_EXTRA_FIRMWARE="(.*)"$/m, 'config');
      check.includes(firmware, 'amd-ucode/', 'built-in firmware');
      check.includes(firmware, 'intel-ucode/', 'built-in firmware');
    });
  },
});
