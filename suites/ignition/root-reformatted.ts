/**
 * ROOT may be another file system: Ignition makes it anew, and the system is rebuilt on it.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { checkRunning, rebootLimits } from '../support/running.js';

const config = `variant: flatcar
version: 1.0.0
storage:
  filesystems:
    - device: /dev/disk/by-partlabel/ROOT
      format: btrfs
      label: ROOT
      wipe_filesystem: true
`;

async function checkRoot(machine: Machine): Promise<void> {
  check.equal(await machine.output(['findmnt', '-no', 'FSTYPE', '/']), 'btrfs', 'type of /');
  check.equal(await machine.output(['findmnt', '-no', 'LABEL', '/']), 'ROOT', 'label of /');
}

export default defineSuite({
  id: 'ignition/root-reformatted',
  summary: 'With a config that asks for it, ROOT is btrfs, as large as its partition, and stays.',
  claims: ['I30', 'S03'],
  tags: ['ignition', 'storage', 'butane', 'reboot'],
  topology: singleMachine({ provisioning: { kind: 'butane', config } }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await step('the system runs on it', async () => {
      await checkRunning(main);
      await checkRoot(main);
    });
    await step('it fills its partition', async () => {
      const device = await main.output(['findmnt', '-no', 'SOURCE', '/']);
      const bytes = Number(await main.output(['blockdev', '--getsize64', device], { sudo: true }));
      const usage = await main.output(['btrfs', 'filesystem', 'usage', '-b', '/'], { sudo: true });
      const size = Number(check.matches(usage, /Device size:\s+(\d+)/, 'btrfs usage')[1]);
      check.ok(bytes - size < 2 ** 20, 'the file system is as large as its partition', size);
    });
    await step('it is the same after a reboot', async () => {
      await main.writeFile('/var/note', 'kept\n');
      await main.reboot();
      await checkRunning(main);
      await checkRoot(main);
      check.equal(await main.readFile('/var/note'), 'kept\n', '/var/note');
    });
  },
});
