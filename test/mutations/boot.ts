/**
 * Defects that the suites about booting must see: what is booted, and from what.
 */

import { changedImage, changedSource, programWith, sabotaged, vendorUnit } from './edits.js';
import { assertionFailed, type Mutation, unitFailed } from './mutation.js';

/** One or more for each suite. */
export const mutations: readonly Mutation[] = [
  {
    id: 'boot/vendor-unit-fails-without-config',
    suite: 'boot/no-config',
    describes: 'A unit of the image fails, so the boot without a config ends degraded.',
    change: changedImage({ name: 'unit-fails', addFiles: vendorUnit({ script: 'exit 1' }) }),
    expect: unitFailed,
  },
  {
    id: 'boot/nobody-is-logged-in',
    suite: 'boot/no-config',
    describes: 'The console asks who is there, whatever the kernel command line says.',
    change: changedImage({
      name: 'no-autologin',
      addFiles: [
        programWith(
          'lib/systemd/system-generators/autologin-generator',
          '[ -n "$found" ] || exit 0',
          'exit 0',
        ),
      ],
    }),
    expect: { phase: 'units', code: 'BOOT_TIMEOUT' },
  },
  {
    id: 'boot/config-from-nowhere',
    suite: 'boot/no-config',
    describes: 'The system says that its user gave it a config.',
    change: changedImage({
      name: 'config-claimed',
      addFiles: vendorUnit({
        script: `sed -i 's/"userConfigProvided": *false/"userConfigProvided": true/' /etc/.ignition-result.json`,
      }),
    }),
    expect: assertionFailed,
  },
  {
    id: 'boot/vendor-unit-fails',
    suite: 'boot/no-failed-units',
    describes: 'A unit of the image fails, so the system is degraded.',
    change: changedImage({ name: 'unit-fails', addFiles: vendorUnit({ script: 'exit 1' }) }),
    expect: unitFailed,
  },
  {
    id: 'boot/console-may-blank',
    suite: 'boot/kernel-command-line',
    describes: 'The boot loader takes consoleblank=0 back further on in the command line.',
    change: changedImage({
      name: 'console-blanks',
      kernelArguments: { append: ['consoleblank=600'] },
    }),
    expect: assertionFailed,
  },
  {
    id: 'boot/every-boot-is-first',
    suite: 'boot/first-boot-once',
    describes: 'Something sets the flag again, so the next boot is a first boot too.',
    change: sabotaged({ script: 'touch /boot/flatcar/first_boot' }),
    expect: assertionFailed,
  },
  {
    id: 'boot/fails-under-uefi-only',
    suite: 'boot/uefi',
    describes: 'A unit of the image fails where there is UEFI, so only that boot ends degraded.',
    change: changedImage({
      name: 'uefi-unit-fails',
      addFiles: vendorUnit({
        script: 'exit 1',
        when: 'ConditionPathExists=/sys/firmware/efi',
      }),
    }),
    expect: unitFailed,
  },
  {
    id: 'boot/entry-with-a-name',
    suite: 'boot/uefi',
    describes: 'The firmware was told which file to start, so its variables were not empty.',
    change: sabotaged({
      script: `cd /sys/firmware/efi/efivars
name=Boot$(od -An -v -tx1 -j4 BootCurrent-* | awk '{ print toupper($2 $1) }')-8be4df61-93ca-11d2-aa0d-00e098032b8c
chattr -i "$name"
printf '\\007\\0\\0\\0\\001\\0\\0\\0\\004\\0\\\\\\0a\\0.\\0e\\0f\\0i\\0\\0\\0\\177\\377\\004\\0' > "$name"`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'boot/fails-under-bios-only',
    suite: 'boot/bios',
    describes: 'A unit of the image fails where there is no UEFI, so only that boot ends degraded.',
    change: changedImage({
      name: 'bios-unit-fails',
      addFiles: vendorUnit({
        script: 'exit 1',
        when: 'ConditionPathExists=!/sys/firmware/efi',
      }),
    }),
    expect: unitFailed,
  },
  {
    id: 'boot/disk-guid-of-the-image',
    suite: 'boot/disk-guid',
    describes: 'The disk has the GUID that all images are built with.',
    change: sabotaged({
      script:
        'sfdisk --no-reread --no-tell-kernel --disk-id /dev/vda 00000000-0000-0000-0000-000000000001',
    }),
    expect: assertionFailed,
  },
  {
    id: 'boot/partition-renamed',
    suite: 'boot/partition-table',
    describes: 'A partition of the documented layout has another label.',
    change: sabotaged({
      script:
        'sfdisk --no-reread --no-tell-kernel --part-label /dev/vda 7 RENAMED; udevadm trigger --settle /dev/vda7',
    }),
    expect: assertionFailed,
  },
  {
    id: 'boot/esp-for-everybody',
    suite: 'boot/boot-private',
    describes: 'The ESP is mounted so that everybody may look.',
    change: sabotaged({
      script: `mkdir -p /run/systemd/system/boot.mount.d
        printf '[Mount]\nOptions=umask=0022\n' > /run/systemd/system/boot.mount.d/90.conf
        systemctl daemon-reload
        systemctl stop boot.mount`,
    }),
    expect: assertionFailed,
  },
  {
    id: 'boot/no-automount',
    suite: 'boot/boot-partition',
    describes: 'Nothing mounts the ESP when somebody looks.',
    change: sabotaged({ script: 'systemctl stop boot.automount' }),
    expect: assertionFailed,
  },
  {
    id: 'boot/loader-lost',
    suite: 'boot/boot-partition',
    describes: 'The boot loader is gone from where firmware looks first.',
    change: sabotaged({ script: "find /boot/EFI -iname 'boot*.efi' -delete" }),
    expect: assertionFailed,
  },
  {
    id: 'boot/kernel-complains',
    suite: 'boot/kernel-log',
    describes: 'A line of level error is in the kernel log.',
    change: sabotaged({ script: 'echo "<3>harbour: rocks ahead" > /dev/kmsg' }),
    expect: assertionFailed,
  },
  {
    id: 'boot/other-slot-chosen',
    suite: 'boot/menu-entry',
    describes: 'The entry of slot A asks the attributes, as the default does, and they forbid it.',
    change: changedSource('entry-asks', {
      file: 'grub/grub.cfg',
      from: '  set slot_uuid=$uuid_a\n  boot_slot\n',
      to: '  if flatslot $boot_disk; then\n    boot_slot\n  fi\n',
    }),
    expect: { phase: 'bootloader', code: 'NO_USABLE_SLOT' },
  },
  {
    id: 'boot/other-kernel-name',
    suite: 'boot/kernel-flavour',
    describes: "Another uname says that the kernel is Debian's.",
    change: sabotaged({
      script: `printf '#!/bin/sh\\necho 6.12.0-debian\\n' > /opt/uname; chmod 755 /opt/uname
        mount --bind /opt/uname /usr/bin/uname`,
    }),
    expect: assertionFailed,
  },
];
