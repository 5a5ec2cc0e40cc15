/**
 * The root file system fills a disk that is larger than the image, at once and when it grows later.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

const gib = 1024;

/** The slots, the ESP and the OEM partition have the rest. */
const besideRootMiB = 8 * gib;

async function rootMiB(machine: Machine): Promise<number> {
  const bytes = await machine.output(['findmnt', '-bnro', 'SIZE', '/']);
  return Number(bytes) / 2 ** 20;
}

async function rootDevice(machine: Machine): Promise<string> {
  return await machine.output(['findmnt', '-nro', 'SOURCE', '/']);
}

async function checkRoot(machine: Machine, diskMiB: number): Promise<void> {
  const size = Math.round(await rootMiB(machine));
  const what = `the root file system fills a disk of ${diskMiB} MiB`;
  check.ok(size > diskMiB - besideRootMiB && size < diskMiB, what, `${size} MiB`);
}

export default defineSuite({
  id: 'storage/root-grown',
  summary: 'The root file system grows to the disk, and again when the disk grows.',
  claims: ['S01', 'S02'],
  tags: ['storage', 'root', 'reboot'],
  topology: singleMachine({ systemDiskMiB: 28 * gib }),
  start: 'cold',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('it fills the disk', async () => await checkRoot(main, 28 * gib));
    await step('it fills a larger disk after a reboot', async () => {
      await main.growSystemDisk(40 * gib);
      await main.reboot();
      await settled(main);
      await checkRoot(main, 40 * gib);
    });
    await step('the partition table is sound', async () => {
      const disk = `/dev/${await main.output(['lsblk', '-dnro', 'PKNAME', await rootDevice(main)])}`;
      const report = await main.output(['sgdisk', '-v', disk], { sudo: true });
      check.includes(report, 'No problems found', `sgdisk -v ${disk}`);
    });
  },
});
