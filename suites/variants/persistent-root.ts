/**
 * A machine that boots over the network and keeps its root on a disk.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import {
  checkLiveUsr,
  fileSystemsAt,
  liveLimits,
  networkBoot,
  networkBootNeeds,
} from '../support/live.js';
import { checkRunning } from '../support/running.js';

const config = `variant: flatcar
version: 1.0.0
storage:
  filesystems:
    - device: /dev/disk/by-id/virtio-root
      format: ext4
      label: ROOT
      wipe_filesystem: false
`;

export default defineSuite({
  id: 'variants/persistent-root',
  summary: 'With root=LABEL=ROOT a machine that boots by iPXE keeps what it wrote.',
  claims: ['P11'],
  tags: ['variants', 'boot', 'network', 'storage', 'reboot'],
  applies: { needs: networkBootNeeds },
  topology: singleMachine({
    ...networkBoot(config, ['root=LABEL=ROOT']),
    disks: [{ name: 'root', sizeMiB: 2048 }],
  }),
  start: 'cold',
  limits: liveLimits,
  async run({ machine, step }) {
    const main = machine();
    await step('the root is on the disk, /usr in memory', async () => {
      await checkRunning(main);
      check.equal(await fileSystemsAt(main, '/'), ['ext4'], 'file systems of /');
      await checkLiveUsr(main);
    });
    await step('what was written outlives a reboot', async () => {
      const id = await main.readFile('/etc/machine-id');
      await main.writeFile('/var/lib/cargo', 'apples');
      await main.reboot();
      check.equal(await main.readFile('/var/lib/cargo'), 'apples', '/var/lib/cargo');
      check.equal(await main.readFile('/etc/machine-id'), id, '/etc/machine-id');
    });
  },
});
