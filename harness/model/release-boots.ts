/**
 * What of a release QEMU boots as it is, and what a report on the release calls these boots: who looks at a
 * release writes these names, and the gate asks for them.
 */

import type { Arch, Firmware } from './image.js';

/** Variants as Flatcar's build names them. */
export const bootableVariants = ['qemu', 'qemu_uefi', 'qemu_uefi_secure', 'pxe', 'iso'] as const;
export type BootableVariant = (typeof bootableVariants)[number];

/** How one boots, and for which architectures QEMU machines are made here. */
export interface ReleaseBoot {
  /** What comes after `flatcar_production_`. */
  readonly file: string;
  readonly firmware: Firmware;
  readonly arches: readonly Arch[];
  /** The extra of the image that is booted; absent: its disk. */
  readonly extra?: string;
}

/** Archives and discs run in memory, and Flatcar's boot with a BIOS. */
export const releaseBoots: Readonly<Record<BootableVariant, ReleaseBoot>> = {
  qemu: { file: 'qemu_image.img', firmware: 'bios', arches: ['amd64'] },
  qemu_uefi: { file: 'qemu_uefi_image.img', firmware: 'uefi', arches: ['amd64'] },
  qemu_uefi_secure: {
    file: 'qemu_uefi_secure_image.img',
    firmware: 'uefi',
    arches: ['amd64'],
  },
  pxe: { file: 'pxe_image.cpio.gz', firmware: 'bios', arches: ['amd64'], extra: 'pxe-image' },
  iso: { file: 'iso_image.iso', firmware: 'bios', arches: ['amd64'], extra: 'iso' },
};

/** The variants that a release has for an architecture. */
export function bootsOf(arch: string): readonly BootableVariant[] {
  return bootableVariants.filter((variant) => {
    return releaseBoots[variant].arches.some((one) => one === arch);
  });
}

/** `amd64-usr/boot of flatcar_production_qemu_image.img` */
export function bootEntryName(arch: string, variant: BootableVariant): string {
  return `${arch}-usr/boot of flatcar_production_${releaseBoots[variant].file}`;
}
