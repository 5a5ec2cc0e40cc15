/**
 * Arrays of disks: configs that make them, and whether they are whole.
 */

import type { Machine } from '../../harness/model/machine.js';
import { check } from './check.js';

/** The levels that Ignition makes. */
export const raidLevels: readonly string[] = ['raid0', 'raid1', 'raid5', 'raid6', 'raid10'];

/** The disks that data arrays are made of. */
export const raidDisks: readonly string[] = ['a', 'b', 'c', 'd'];

/** Butane of one partition for each level, for a disk's list of partitions. */
export function raidPartitions(disk: string): string {
  const lines = raidLevels.map((level) => `        - {label: ${level}-${disk}, size_mib: 24}`);
  return lines.join('\n');
}

/** Butane of an array of each level over the disks, for the list of arrays. */
export function raidArrays(): string {
  const lines = raidLevels.map((level) => {
    const devices = raidDisks.map((disk) => `/dev/disk/by-partlabel/${level}-${disk}`).join(', ');
    return `    - {name: ${level}, level: ${level}, devices: [${devices}]}`;
  });
  return lines.join('\n');
}

/** Butane of a file system on each array, mounted at `/srv/LEVEL`. */
export function raidFilesystems(): string {
  const lines = raidLevels.map((level) => {
    const where = `path: /srv/${level}, with_mount_unit: true`;
    return `    - {device: /dev/md/${level}, format: ext4, ${where}}`;
  });
  return lines.join('\n');
}

/** Fails unless the array has its level and so many members, all of them good. */
export async function checkArray(
  machine: Machine,
  device: string,
  { level, members }: { readonly level: string; readonly members: number },
): Promise<void> {
  const detail = await machine.output(['mdadm', '--detail', device], { sudo: true });
  check.matches(detail, new RegExp(`Raid Level : ${level}$`, 'm'), `array ${device}`);
  check.matches(detail, new RegExp(`Active Devices : ${members}$`, 'm'), `array ${device}`);
}

/** Writes a note to each data array. */
export async function writeNotes(machine: Machine): Promise<void> {
  for (const level of raidLevels) await machine.writeFile(`/srv/${level}/note`, `of ${level}\n`);
}

/** Fails unless every data array is whole, mounted, and has its note. */
export async function checkDataArrays(machine: Machine): Promise<void> {
  for (const level of raidLevels) {
    await checkArray(machine, `/dev/md/${level}`, { level, members: 4 });
    const detail = await machine.output(['mdadm', '--detail', `/dev/md/${level}`], { sudo: true });
    const good = /State : (clean|active)(, (resyncing|checking))?\s*$/m;
    check.matches(detail, good, `array ${level}`);
    check.equal(await machine.readFile(`/srv/${level}/note`), `of ${level}\n`, `note on ${level}`);
    const source = await machine.output(['findmnt', '-no', 'SOURCE', `/srv/${level}`]);
    check.matches(source, /^\/dev\/md/, `device of /srv/${level}`);
  }
}
