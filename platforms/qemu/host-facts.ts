/**
 * Reads what the record says about the host.
 */

import { readFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { availableProcessors } from '../../harness/base/cpu-quota.js';
import type { AcceleratorChoice, HostFacts } from '../../harness/model/host.js';

/** What was found out by other means. */
export interface MeasuredFacts {
  readonly qemu: string;
  readonly accelerator: AcceleratorChoice;
  readonly slowness: number;
}

/** Adds what the operating system says of itself. */
export async function readHostFacts(measured: MeasuredFacts): Promise<HostFacts> {
  return {
    os: await osName(),
    kernel: release(),
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cpus: availableProcessors(),
    memoryMiB: Math.floor(totalmem() / 2 ** 20),
    node: process.versions.node,
    ...measured,
  };
}

async function osName(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? 'unknown';
}
