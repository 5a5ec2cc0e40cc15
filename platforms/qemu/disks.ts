/**
 * The qcow2 files of a machine: which `qemu-img` commands make them, and running those.
 */

import { execa } from 'execa';
import { InfrastructureError } from '../../harness/base/errors.js';
import type { DriveSpec, MachineSpec } from './machine-spec.js';

/** The commands that make every writable file of the machine, in the order in which they run. */
export function prepareCommands(spec: MachineSpec): readonly [string, ...string[]][] {
  const variables = spec.firmware.kind === 'uefi' ? [spec.firmware.variables] : [];
  return [...variables, ...spec.drives].map(createCommand);
}

function createCommand({ content, path }: DriveSpec): [string, ...string[]] {
  const create = ['qemu-img', 'create', '-q', '-f', 'qcow2'] as const;
  if (content.kind === 'blank') return [...create, path, `${content.sizeMiB}M`];
  const { backing, sizeMiB } = content;
  const size = sizeMiB === undefined ? [] : [`${sizeMiB}M`];
  return [...create, '-b', backing.path, '-F', backing.format, path, ...size];
}

/** Makes the files. Throws OVERLAY_FAILED with what `qemu-img` said. */
export async function createDisks(spec: MachineSpec, signal: AbortSignal): Promise<void> {
  for (const command of prepareCommands(spec)) await runCommand(command, signal);
}

async function runCommand(command: [string, ...string[]], signal: AbortSignal): Promise<void> {
  const [program, ...rest] = command;
  const options = { reject: false, timeout: 30_000, cancelSignal: signal } as const;
  const result = await execa(program, rest, options);
  signal.throwIfAborted();
  if (!result.failed) return;
  const message = `${command.join(' ')}: failed; is the image whole, is the disk full?`;
  const evidence = result.stderr || (result.shortMessage ?? 'no word from qemu-img');
  throw new InfrastructureError('OVERLAY_FAILED', message, { phase: 'host', evidence });
}
