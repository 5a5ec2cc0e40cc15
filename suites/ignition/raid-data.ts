/**
 * Arrays of every level from the partitions of four disks.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

const disks = ['a', 'b', 'c', 'd'];
const levels = ['raid0', 'raid1', 'raid5', 'raid6', 'raid10'];

const partitions = (disk: string) =>
  levels.map((level) => `        - {label: ${level}-${disk}, size_mib: 24}`).join('\n');

const config = `variant: flatcar
version: 1.0.0
storage:
  disks:
${disks
  .map(
    (disk) =>
      `    - device: /dev/disk/by-id/virtio-${disk}\n      partitions:\n${partitions(disk)}`,
  )
  .join('\n')}
  raid:
${levels
  .map((level) => {
    const devices = disks.map((disk) => `/dev/disk/by-partlabel/${level}-${disk}`).join(', ');
    return `    - {name: ${level}, level: ${level}, devices: [${devices}]}`;
  })
  .join('\n')}
  filesystems:
    - device: /dev/md/raid1
      format: ext4
      path: /srv
      with_mount_unit: true
`;

async function checkArrays(machine: Machine): Promise<void> {
  for (const level of levels) {
    const detail = await machine.output(['mdadm', '--detail', `/dev/md/${level}`], { sudo: true });
    check.matches(detail, new RegExp(`Raid Level : ${level}$`, 'm'), `array ${level}`);
    check.matches(detail, /Active Devices : 4$/m, `array ${level}`);
    check.matches(detail, /State : (clean|active)(, (resyncing|checking))?\s*$/m, `array ${level}`);
  }
}

export default defineSuite({
  id: 'ignition/raid-data',
  summary: 'Arrays of levels 0, 1, 5, 6 and 10 are made, mounted, and assembled at later boots.',
  claims: ['I50'],
  tags: ['ignition', 'storage', 'raid', 'butane', 'reboot'],
  topology: singleMachine({
    disks: disks.map((name) => ({ name, sizeMiB: 160 })),
    provisioning: { kind: 'butane', config },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('every level is there', async () => await checkArrays(main));
    await step('after a reboot, too, with its data', async () => {
      await main.writeFile('/srv/note', 'kept\n');
      await main.reboot();
      await settled(main);
      await checkArrays(main);
      check.equal(await main.readFile('/srv/note'), 'kept\n', '/srv/note');
    });
  },
});
