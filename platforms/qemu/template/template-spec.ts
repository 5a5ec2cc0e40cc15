/**
 * Machine descriptions around a template: the machine that becomes one, and the machines that go on
 * from it.
 */

import { join } from 'node:path';
import type { DriveSpec, MachineSpec } from '../machine-spec.js';
import { frozenDrive, templateFiles } from './template.js';

/** The machine with its disks in a directory where they will stay, and its memory in a file. */
export function specInto(
  spec: MachineSpec,
  { directory, memory: path }: { readonly directory: string; readonly memory: string },
): MachineSpec {
  const settle = (drive: DriveSpec): DriveSpec => {
    return { ...drive, path: frozenDrive(directory, drive.id) };
  };
  const memory = { path, sharing: 'shared' } as const;
  return { ...mapDrives(spec, settle), memory, lansLater: true };
}

/** The machine with its disks over those of a template, going on where that was frozen. */
export function specFrom(spec: MachineSpec, directory: string): MachineSpec {
  const over = (drive: DriveSpec): DriveSpec => {
    const backing = { path: frozenDrive(directory, drive.id), format: 'qcow2' } as const;
    return { ...drive, content: { kind: 'overlay', backing } };
  };
  const memory = { path: join(directory, templateFiles.memory), sharing: 'private' } as const;
  return { ...mapDrives(spec, over), memory, incoming: true, lansLater: true };
}

/** Every writable file of the machine. */
export function drivesOf({ firmware, drives }: MachineSpec): readonly DriveSpec[] {
  return firmware.kind === 'uefi' ? [firmware.variables, ...drives] : drives;
}

function mapDrives(spec: MachineSpec, change: (drive: DriveSpec) => DriveSpec): MachineSpec {
  const { firmware } = spec;
  return {
    ...spec,
    drives: spec.drives.map(change),
    firmware:
      firmware.kind === 'bios' ? firmware : { ...firmware, variables: change(firmware.variables) },
  };
}
