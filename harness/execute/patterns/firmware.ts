/**
 * Patterns of firmware and boot loader. They count only until the kernel runs, since their words are
 * everybody's.
 */

import type { LogPattern } from '../../model/log-pattern.js';

export const firmwarePatterns: readonly LogPattern[] = [
  {
    name: 'no-bootable-device',
    pattern: /No bootable device|No bootable option or device was found|BdsDxe: No bootable/,
    phase: 'firmware',
    severity: 'fatal',
    code: 'NO_BOOTABLE_DEVICE',
    sources: ['console'],
    wording: 'SeaBIOS src/boot.c; edk2 MdeModulePkg/Universal/BdsDxe/BdsEntry.c',
    examples: ['No bootable device.', 'BdsDxe: No bootable option or device was found.'],
  },
  {
    name: 'boot-option-refused',
    pattern: /BdsDxe: failed to (?:load|start) Boot.*: (?:Access Denied|Security Violation)/,
    phase: 'firmware',
    severity: 'note',
    code: 'BOOT_OPTION_REFUSED',
    sources: ['console'],
    wording:
      'edk2 MdeModulePkg/Library/UefiBootManagerLib/BmBoot.c; the firmware goes on to its next option',
    examples: [
      'BdsDxe: failed to load Boot0001 "UEFI Misc Device" from PciRoot(0x0)/Pci(0x3,0x0): Access Denied',
    ],
  },
  {
    name: 'no-usable-slot',
    pattern: /Reading or updating the GPT failed|no usable (?:USR )?slot/i,
    phase: 'bootloader',
    severity: 'fatal',
    code: 'NO_USABLE_SLOT',
    sources: ['console'],
    wording: "Flatcar's GRUB configuration (coreos/scripts, grub.cfg), and the reference image's",
    examples: ['Reading or updating the GPT failed!', 'error: no usable USR slot.'],
  },
  {
    name: 'bootloader-error',
    pattern:
      /^(?:grub )?error: .*(?:no such (?:device|partition)|disk .* not found|unknown filesystem|you need to load the kernel first|invalid signature|bad shim signature|verification requested but nobody cares)/i,
    phase: 'bootloader',
    severity: 'fatal',
    code: 'BOOTLOADER_FAILED',
    sources: ['console'],
    wording:
      'GRUB grub-core/kern/disk.c, kern/fs.c, kern/verifiers.c, loader/; a missing module or theme file is no failure',
    examples: [
      'error: no such partition.',
      "error: ../../grub-core/kern/disk.c:236:disk `hd0,gpt9' not found.",
      'error: you need to load the kernel first.',
      'error: unknown filesystem.',
      'error: ../../grub-core/kern/efi/sb.c:182:bad shim signature.',
      'error: verification requested but nobody cares: (hd0,gpt1)/flatcar/vmlinuz-a.',
    ],
  },
];
