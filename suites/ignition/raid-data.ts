/**
 * Arrays of every level from the partitions of four disks.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import {
  checkDataArrays,
  raidArrays,
  raidDisks,
  raidFilesystems,
  raidPartitions,
  writeNotes,
} from '../support/raid.js';
import { rebootLimits, settled } from '../support/running.js';

const disks = raidDisks.map((disk) => {
  return `    - device: /dev/disk/by-id/virtio-${disk}\n      partitions:\n${raidPartitions(disk)}`;
});

const config = `variant: flatcar
version: 1.0.0
storage:
  disks:
${disks.join('\n')}
  raid:
${raidArrays()}
  filesystems:
${raidFilesystems()}
`;

export default defineSuite({
  id: 'ignition/raid-data',
  summary: 'Arrays of levels 0, 1, 5, 6 and 10 are made, mounted, and assembled at later boots.',
  claims: ['I50'],
  tags: ['ignition', 'storage', 'raid', 'butane', 'reboot'],
  topology: singleMachine({
    disks: raidDisks.map((name) => ({ name, sizeMiB: 160 })),
    provisioning: { kind: 'butane', config },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await writeNotes(main);
    await step('every level is there', async () => await checkDataArrays(main));
    await step('after a reboot, too, with its data', async () => {
      await main.reboot();
      await settled(main);
      await checkDataArrays(main);
    });
  },
});
