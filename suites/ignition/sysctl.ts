/**
 * Parameters of the kernel that the config sets.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { file } from '../support/provision.js';
import { rebootLimits, settled } from '../support/running.js';

/** One that no file of the image names, and one against the image's own. */
const wanted = { 'vm.swappiness': '7', 'kernel.kptr_restrict': '2' };

const lines = Object.entries(wanted).map(([name, value]) => `${name} = ${value}\n`);

async function checkValues(machine: Machine, when: string): Promise<void> {
  for (const [name, value] of Object.entries(wanted)) {
    const path = `/proc/sys/${name.replaceAll('.', '/')}`;
    const seen = await machine.output(['cat', path], { sudo: true });
    check.equal(seen, value, `${name} ${when}`);
  }
}

export default defineSuite({
  id: 'ignition/sysctl',
  summary: 'Kernel parameters of the config hold from the first boot on, against the defaults too.',
  claims: ['I58'],
  tags: ['ignition', 'reboot'],
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: { storage: { files: [file('/etc/sysctl.d/90-harbour.conf', lines.join(''))] } },
    },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('they hold in the first boot', async () => await checkValues(main, 'at first'));
    await step('and after a reboot', async () => {
      await main.reboot();
      await settled(main);
      await checkValues(main, 'after the reboot');
    });
  },
});
