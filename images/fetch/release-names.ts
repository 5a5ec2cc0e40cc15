/**
 * What users call releases and their images, and the names of the files that stand for them. Pure.
 */

import { refused } from './fetch-errors.js';
import {
  channelOfVersion,
  isVersion,
  type ReleaseChannel,
  releaseChannels,
} from './version-text.js';

/** A channel, whose newest release is meant, or one release. */
export type ReleaseName =
  | { readonly kind: 'channel'; readonly channel: ReleaseChannel; readonly directory: string }
  | { readonly kind: 'version'; readonly channel: ReleaseChannel; readonly version: string };

/**
 * Reads `stable`, `lts-2024` or `4593.2.5`. The directories `current` and `current-YEAR` are Flatcar's
 * (flatcar/init, `bin/flatcar-install`). Throws BAD_FETCH (usage).
 */
export function parseReleaseName(text: string): ReleaseName {
  const channel = releaseChannels.find((one) => one === text);
  if (channel !== undefined) return { kind: 'channel', channel, directory: 'current' };
  const year = /^lts-(\d{4})$/.exec(text)?.[1];
  if (year !== undefined) {
    return { kind: 'channel', channel: 'lts', directory: `current-${year}` };
  }
  const ofVersion = channelOfVersion(text);
  if (isVersion(text) && ofVersion !== undefined) {
    return { kind: 'version', channel: ofVersion, version: text };
  }
  const next = `give ${releaseChannels.join(', ')}, lts-YEAR, or a version such as 4593.2.5`;
  throw refused('BAD_FETCH', `${text} is no channel and no version`, next);
}

/** The images of a release that run in QEMU, some with what boots without a disk beside them. */
export type Variant = 'qemu' | 'qemu_uefi' | 'qemu_uefi_secure' | 'pxe' | 'iso';

export const variants: readonly Variant[] = ['qemu', 'qemu_uefi', 'qemu_uefi_secure', 'pxe', 'iso'];

const prefix = 'flatcar_production';

function packable(name: string): readonly string[] {
  return [name, `${name}.bz2`];
}

function firmware(of: 'qemu_uefi' | 'qemu_uefi_secure'): readonly (readonly string[])[] {
  return ['code', 'vars'].map((part) => {
    return ['qcow2', 'fd'].map((extension) => `${prefix}_${of}_efi_${part}.${extension}`);
  });
}

const image = packable(`${prefix}_qemu_image.img`);
const uefiImage = packable(`${prefix}_qemu_uefi_image.img`);
const secureImage = packable(`${prefix}_qemu_uefi_secure_image.img`);

/**
 * The files of each image, the disk first; of one that had other names in older releases the newest
 * name first. With Secure Boot the disk is that of `qemu_uefi` where a release has none under a name of
 * its own. Source: flatcar/scripts, `build_library/vm_image_util.sh`.
 */
export const variantFiles: Readonly<Record<Variant, readonly (readonly string[])[]>> = {
  qemu: [image],
  qemu_uefi: [uefiImage, ...firmware('qemu_uefi')],
  qemu_uefi_secure: [[...secureImage, ...uefiImage], ...firmware('qemu_uefi_secure')],
  pxe: [image, [`${prefix}_pxe.vmlinuz`], [`${prefix}_pxe_image.cpio.gz`]],
  iso: [image, [`${prefix}_iso_image.iso`]],
};

/** What suites call the files that come beside a disk; firmware is `efi_code` and the like. */
const extraNames: Readonly<Record<string, string>> = {
  [`${prefix}_pxe.vmlinuz`]: 'pxe-kernel',
  [`${prefix}_pxe_image.cpio.gz`]: 'pxe-image',
  [`${prefix}_iso_image.iso`]: 'iso',
};

/** `flatcar_production_qemu_uefi_efi_code.qcow2` is `efi_code`. */
export function extraNameOf(file: string): string {
  const part = file.replace(/^flatcar_production_qemu_uefi_/, '').replace(/\.\w+$/, '');
  return extraNames[file] ?? part;
}
