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

/** The images of a release that run in QEMU. */
export type Variant = 'qemu' | 'qemu_uefi' | 'qemu_uefi_secure';

export const variants: readonly Variant[] = ['qemu', 'qemu_uefi', 'qemu_uefi_secure'];

const prefix = 'flatcar_production';

function packable(name: string): readonly string[] {
  return [name, `${name}.bz2`];
}

function firmware(of: 'qemu_uefi' | 'qemu_uefi_secure'): readonly (readonly string[])[] {
  return ['code', 'vars'].map((part) => {
    return ['qcow2', 'fd'].map((extension) => `${prefix}_${of}_efi_${part}.${extension}`);
  });
}

const uefiImage = packable(`${prefix}_qemu_uefi_image.img`);

/**
 * The files of each image, the disk first; of one that had other names in older releases the newest
 * name first. With Secure Boot the disk is that of `qemu_uefi`. Source: flatcar/scripts,
 * `build_library/vm_image_util.sh`.
 */
export const variantFiles: Readonly<Record<Variant, readonly (readonly string[])[]>> = {
  qemu: [packable(`${prefix}_qemu_image.img`)],
  qemu_uefi: [uefiImage, ...firmware('qemu_uefi')],
  qemu_uefi_secure: [uefiImage, ...firmware('qemu_uefi_secure')],
};
