/**
 * From what was found inside an image to the fields of its descriptor: identity, channel,
 * capabilities. Pure; looking into the image is describe.ts' work.
 */

import type { Arch, Channel, Firmware } from '../harness/model/image.js';
import { type Gpt, usrPartitionType } from './gpt.js';

/** What was looked up inside an image. */
export interface ImageContents {
  readonly table: Gpt;
  readonly osRelease: ReadonlyMap<string, string>;
  /** `update.conf` and `release` of `/usr/share/flatcar`. */
  readonly updateConf: ReadonlyMap<string, string>;
  /** Whether this path exists below `/usr`. */
  readonly inUsr: (path: string) => boolean;
  /** Whether this path exists in the EFI system partition. */
  readonly inEsp: (path: string) => boolean;
  /** First sectors of the kernel of the first slot; empty when there is none. */
  readonly kernelStart: Buffer;
  /** `grub.cfg` of the OEM partition; empty when there is none. */
  readonly oemGrub: string;
  readonly hasBiosBootCode: boolean;
}

/** Every path below `/usr` that {@link capabilitiesOf} and the identity need. */
export const usrPaths: readonly string[] = [
  'lib/os-release',
  'lib/confexts',
  'lib/systemd/system/update-engine.service',
  'bin/systemd-sysext',
  'bin/systemd-confext',
  'bin/flatcar-reset',
  'bin/flatcar-update',
  'bin/locksmithctl',
  'bin/clevis',
  'bin/coreos-cloudinit',
  'share/flatcar/release',
  'share/flatcar/update.conf',
  'share/flatcar/sysext',
];

/** Boot files below the EFI system partition; FAT names have no case. */
export const espPaths: readonly string[] = [
  'EFI/boot/bootx64.efi',
  'EFI/boot/bootaa64.efi',
  'flatcar/vmlinuz-a',
];

/** Where the kernel's file carries the root hash of /usr. Source: flatcar/scripts, finish_image. */
const usrHashOffset = { amd64: 64, arm64: 512 } as const;

interface Capability {
  readonly name: string;
  readonly holds: (contents: ImageContents, arch: Arch) => boolean;
}

const isFlatcar = ({ osRelease }: ImageContents) => osRelease.get('ID') === 'flatcar';

/** What Flatcar boots by and what its kernel and Ignition are built with, and no file of `/usr` tells. */
const ofFlatcar: readonly string[] = [
  ...['grub', 'flatcar-kernel', 'flatcar-units', 'selinux', 'fips', 'boot-disk-partitions', '9p'],
  ...['ignition-2', 'ignition-3.4', 'ignition-oem-scheme'],
];

const capabilities: readonly Capability[] = [
  { name: 'ab-slots', holds: ({ table }) => slotsOf(table).length === 2 },
  {
    name: 'gpt-priorities',
    holds: ({ table }) => slotsOf(table).some(({ slot }) => slot.priority > 0),
  },
  { name: 'verity', holds: (contents, arch) => usrHashOf(contents, arch) !== undefined },
  {
    name: 'update-engine',
    holds: ({ inUsr }) => inUsr('lib/systemd/system/update-engine.service'),
  },
  { name: 'sysext', holds: ({ inUsr }) => inUsr('bin/systemd-sysext') },
  {
    name: 'confext',
    holds: ({ inUsr }) => inUsr('bin/systemd-confext') || inUsr('lib/confexts'),
  },
  { name: 'docker', holds: ({ inUsr }) => inUsr('share/flatcar/sysext/docker-flatcar.raw') },
  {
    name: 'containerd',
    holds: ({ inUsr }) => inUsr('share/flatcar/sysext/containerd-flatcar.raw'),
  },
  { name: 'ignition-fw-cfg-coreos', holds: () => true },
  {
    name: 'ignition-fw-cfg-flatcar',
    holds: isFlatcar,
  },
  { name: 'flatcar-reset', holds: ({ inUsr }) => inUsr('bin/flatcar-reset') },
  { name: 'flatcar-update', holds: ({ inUsr }) => inUsr('bin/flatcar-update') },
  { name: 'locksmith', holds: ({ inUsr }) => inUsr('bin/locksmithctl') },
  { name: 'clevis', holds: ({ inUsr }) => inUsr('bin/clevis') },
  { name: 'coreos-cloudinit', holds: ({ inUsr }) => inUsr('bin/coreos-cloudinit') },
  ...ofFlatcar.map((name) => ({ name, holds: isFlatcar })),
  { name: 'console-autologin', holds: ({ oemGrub }) => oemGrub.includes('flatcar.autologin') },
];

/** All names that an image can be given. */
export const capabilityNames: readonly string[] = capabilities.map(({ name }) => name);

/** The names of what the image can do, in a fixed order. */
export function capabilitiesOf(contents: ImageContents, arch: Arch): readonly string[] {
  return capabilities.filter(({ holds }) => holds(contents, arch)).map(({ name }) => name);
}

function slotsOf(table: Gpt) {
  return table.partitions.filter(({ typeGuid }) => typeGuid === usrPartitionType);
}

/** The root hash of the first slot's /usr; undefined when its kernel carries none. */
export function usrHashOf({ kernelStart }: ImageContents, arch: Arch): string | undefined {
  const at = usrHashOffset[arch];
  const text = kernelStart.toString('latin1', at, at + 64);
  return /^[0-9a-f]{64}$/.test(text) ? text : undefined;
}

/** With which firmware the image boots, judged by its boot files. */
export function firmwareOf(contents: ImageContents, arch: Arch): readonly Firmware[] {
  const loader = arch === 'amd64' ? 'EFI/boot/bootx64.efi' : 'EFI/boot/bootaa64.efi';
  const firmware: Firmware[] = [];
  if (arch === 'amd64' && contents.hasBiosBootCode) firmware.push('bios');
  if (contents.inEsp(loader)) firmware.push('uefi');
  return firmware;
}

/** Flatcar's board, or undefined when the image names none that is known. */
export function boardOf(contents: ImageContents): `${Arch}-usr` | undefined {
  const { osRelease, updateConf } = contents;
  const board = osRelease.get('FLATCAR_BOARD') ?? updateConf.get('FLATCAR_RELEASE_BOARD');
  return board === 'amd64-usr' || board === 'arm64-usr' ? board : undefined;
}

const channelsByDigit: readonly Channel[] = ['alpha', 'beta', 'stable', 'lts'];

/**
 * The update group, where it names a channel, otherwise the version's middle number (0 alpha, 1
 * beta, 2 stable, 3 LTS); versions that are never released (9999.…, nightlies) are the developer's.
 */
export function channelOf(group: string | undefined, version: string): Channel {
  if (group?.startsWith('lts')) return 'lts';
  const known = channelsByDigit.find((channel) => channel === group);
  if (known) return known;
  const [, digit] = /^(?!9999\.)\d+\.(\d)\.\d+$/.exec(version) ?? [];
  return (digit === undefined ? undefined : channelsByDigit[Number(digit)]) ?? 'developer';
}
