/**
 * A second first boot: Ignition runs again where the flag file is, and keeps a file system that fits.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

const config = `variant: flatcar
version: 1.0.0
storage:
  filesystems:
    - device: /dev/disk/by-id/virtio-data
      format: ext4
      label: kept
      wipe_filesystem: false
      path: /srv
      with_mount_unit: true
  files:
    - path: /etc/made-by-ignition
      overwrite: true
      contents: {inline: "made\\n"}
`;

async function ignitionRan(machine: Machine): Promise<boolean> {
  return (await machine.journal({ identifier: 'ignition' })).length > 0;
}

export default defineSuite({
  id: 'ignition/reuse-filesystem',
  summary: 'Asked to run again, Ignition does so once, and reuses a file system that fits.',
  claims: ['I29', 'T01'],
  tags: ['ignition', 'storage', 'reset', 'reboot'],
  topology: singleMachine({
    disks: [{ name: 'data', sizeMiB: 128 }],
    provisioning: { kind: 'butane', config },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('data are written, a file of Ignition is deleted, the flag is set', async () => {
      await main.writeFile('/srv/data', 'data\n');
      await main.output(['rm', '/etc/made-by-ignition'], { sudo: true });
      await main.output(['touch', '/boot/flatcar/first_boot'], { sudo: true });
    });
    await step('Ignition runs again, and the data are kept', async () => {
      await main.reboot();
      await settled(main);
      check.ok(await ignitionRan(main), 'Ignition spoke in the second boot', false);
      check.equal(await main.readFile('/etc/made-by-ignition'), 'made\n', 'file of Ignition');
      check.equal(await main.readFile('/srv/data'), 'data\n', '/srv/data');
    });
    await step('the flag is gone', async () => {
      const argv = ['test', '-e', '/boot/flatcar/first_boot'] as const;
      check.equal((await main.exec(argv, { sudo: true })).status, 1, `status of ${argv.join(' ')}`);
    });
  },
});
