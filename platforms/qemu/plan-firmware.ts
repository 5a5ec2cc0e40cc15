/**
 * What a machine's firmware is: the UEFI firmware that a release brings beside its image comes before
 * the host's.
 */

import { join, resolve } from 'node:path';
import { defined, UsageError } from '../../harness/base/errors.js';
import type { Image, ImageExtra } from '../../harness/model/image.js';
import type { ClusterRequest } from '../../harness/model/platform.js';
import type { Role } from '../../harness/model/topology.js';
import type { UefiFirmware } from './firmware.js';
import type { FileSpec, FirmwareSpec, MachineSpec } from './machine-spec.js';

/**
 * Of both the one with Secure Boot; undefined when the image has none. What is signed only for machines that
 * ask for Secure Boot is for no others.
 */
export function ownFirmware(
  { directory, descriptor }: Image,
  { secureBoot }: Pick<Role, 'secureBoot'>,
): UefiFirmware | undefined {
  const named = (name: string) => descriptor.extras.find((one) => one.name === name);
  const pair = (prefix: string) => {
    const [code, variables] = [named(`${prefix}efi_code`), named(`${prefix}efi_vars`)];
    return code && variables
      ? { code: fileOf(directory, code), variables: fileOf(directory, variables) }
      : undefined;
  };
  const secure = (secureBoot && pair('signed_')) || pair('secure_');
  return secure ? { ...secure, secure: true } : pair('');
}

/** Flatcar's build names its firmware by the format: `.qcow2`, or `.fd` for raw. */
function fileOf(directory: string, { file }: ImageExtra): FileSpec {
  return { path: resolve(directory, file), format: file.endsWith('.qcow2') ? 'qcow2' : 'raw' };
}

/** Emulated, system management mode is safe with one processor only, see `machineArguments`. */
export function vcpusFor(
  { vcpus }: Role,
  firmware: FirmwareSpec,
  accelerator: MachineSpec['accelerator'],
): number {
  return firmware.kind === 'uefi' && firmware.secure && accelerator === 'tcg' ? 1 : vcpus;
}

/**
 * With a BIOS a machine has one only where it boots cold: the card that shows its text (see
 * `screenArguments`) does not outlive the freezing of a template, QEMU 10.0 ends in SIGSEGV as it loads
 * what it saved.
 */
export function hasScreen(
  { screens = true, start }: ClusterRequest,
  firmware: FirmwareSpec,
): boolean {
  return screens && (firmware.kind === 'uefi' || start === 'cold');
}

/** The variables are an overlay in this directory. Throws NO_UEFI_FIRMWARE (usage). */
export function planFirmware(
  { firmware }: Role,
  directory: string,
  uefi: UefiFirmware | undefined,
): FirmwareSpec {
  if (firmware === 'bios') return { kind: 'bios' };
  if (!uefi) {
    const message = 'UEFI was asked for and no firmware was found; install the package ovmf';
    throw new UsageError('NO_UEFI_FIRMWARE', message);
  }
  const path = join(directory, 'variables.qcow2');
  const content = { kind: 'overlay', backing: uefi.variables } as const;
  const variables = { id: 'variables', path, content } as const;
  return defined({ kind: 'uefi', code: uefi.code, variables, secure: uefi.secure });
}
