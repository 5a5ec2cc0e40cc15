/**
 * What faults may leave behind: memory, disks, and processes.
 */

import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { isAbandoned, tempPrefix } from '../../harness/base/owned-name.js';
import { sharedMemory } from '../../platforms/qemu/template/memory-place.js';

/** Memory of machines that became templates in the host's shared memory, and whose commands are dead. */
export async function abandonedMemory(): Promise<readonly string[]> {
  const names = await readdir(sharedMemory).catch(() => []);
  return names.filter(isAbandoned).map((name) => join(sharedMemory, name));
}

/** Directories in which machines of a run have their disks. */
export async function disksBelow(runs: string): Promise<readonly string[]> {
  const names = await readdir(runs, { recursive: true }).catch(() => []);
  return names.filter((name) => basename(name).startsWith(`${tempPrefix}-`));
}

/** Processes whose command line names the directory, our own excepted. */
export async function processesOf(directory: string): Promise<readonly string[]> {
  const { stdout } = await execa('pgrep', ['--full', '--list-full', directory], { reject: false });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines
    .filter((line) => !line.startsWith(`${process.pid} `))
    .map((line) => line.slice(0, 120));
}
