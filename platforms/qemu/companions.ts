/**
 * What a VM needs beside QEMU: its TPM, the services on its network.
 */

import { join } from 'node:path';
import { writeOfferedFiles } from '../services/offered-files.js';
import { type Service, startService } from '../services/service.js';
import type { MachineSpec } from './machine-spec.js';
import { spawnQemu } from './qemu-process.js';
import { startTpm, type Tpm } from './swtpm.js';

/** Whose companions, and where their logs go. */
interface CompanionOrder {
  readonly spec: MachineSpec;
  readonly artifactDirectory: string;
}

/** What lives as long as the VM does: its TPM, the services on its network. */
export type Companion = Tpm | Service;

/** Starts them all, or none. Throws what starting one throws. */
export async function startCompanions(
  { spec, artifactDirectory }: CompanionOrder,
  signal: AbortSignal,
): Promise<readonly Companion[]> {
  const started: Companion[] = [];
  try {
    if (spec.tpm) {
      started.push(await startTpm(spec.tpm, join(artifactDirectory, 'swtpm.log'), signal));
    }
    for (const service of spec.networks.flatMap(({ services = [] }) => services)) {
      started.push(await startService(service));
    }
    const offered = [...spec.networks.flatMap(({ tftp }) => tftp ?? []), ...(spec.shares ?? [])];
    for (const one of offered) await writeOfferedFiles(one);
    return started;
  } catch (error) {
    await stopCompanions(started);
    throw error;
  }
}

/** Resolves when they have gone, and with them all that they write. May be repeated. Never throws. */
export async function stopCompanions(companions: readonly Companion[]): Promise<void> {
  await Promise.all(companions.map((companion) => companion.stop()));
}

/** Starts QEMU; companions of a process that never was are stopped. Throws QEMU_NOT_STARTED. */
export async function spawnWith(
  companions: readonly Companion[],
  argv: readonly string[],
  stderrFile: string,
) {
  try {
    return await spawnQemu(argv, stderrFile);
  } catch (error) {
    await stopCompanions(companions);
    throw error;
  }
}
