/**
 * The name of the machine.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { file } from '../support/provision.js';
import { rebootLimits } from '../support/running.js';

const name = 'harbour-7';

async function checkName(machine: Machine, when: string): Promise<void> {
  check.equal(await machine.output(['hostnamectl', 'hostname']), name, `host name ${when}`);
}

export default defineSuite({
  id: 'ignition/hostname',
  summary: 'A machine has the host name of its config, from the first boot on and for good.',
  claims: ['I25'],
  tags: ['ignition', 'reboot'],
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: { storage: { files: [file('/etc/hostname', `${name}\n`)] } },
    },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run(context) {
    const machine = context.machine();
    await context.step('the first boot has the name', async () => {
      await checkName(machine, 'in the first boot');
      check.equal(await machine.output(['uname', '-n']), name, "the kernel's host name");
    });
    await context.step('a reboot does not change it', async () => {
      await machine.reboot();
      await checkName(machine, 'after the reboot');
    });
  },
});
