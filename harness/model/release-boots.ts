/**
 * Which images of a release QEMU boots as they are, and what a report on the release calls their boots:
 * who looks at a release writes these names, and the gate asks for them.
 */

import type { Arch, Firmware } from './image.js';

/** Variants as Flatcar's build names them. */
export const bootableVariants = ['qemu', 'qemu_uefi'] as const;
export type BootableVariant = (typeof bootableVariants)[number];

/** How each boots, and for which architectures there is one. */
export const releaseBoots: Readonly<
  Record<BootableVariant, { readonly firmware: Firmware; readonly arches: readonly Arch[] }>
> = {
  qemu: { firmware: 'bios', arches: ['amd64'] },
  qemu_uefi: { firmware: 'uefi', arches: ['amd64', 'arm64'] },
};

/** The variants that a release has for an architecture. */
export function bootsOf(arch: string): readonly BootableVariant[] {
  return bootableVariants.filter((variant) => {
    return releaseBoots[variant].arches.some((one) => one === arch);
  });
}

/** `amd64-usr/boot of flatcar_production_qemu_image.img` */
export function bootEntryName(arch: string, variant: BootableVariant): string {
  return `${arch}-usr/boot of flatcar_production_${variant}_image.img`;
}
