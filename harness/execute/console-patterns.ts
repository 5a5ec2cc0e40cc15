/**
 * The catalogue of console lines that mean trouble. Data only: what is done about them is the
 * console watch's affair. The first entry that matches a line counts; entries of firmware and boot
 * loader count only until the kernel runs, since their words are everybody's.
 */

import type { ConsolePattern } from '../model/console-pattern.js';

export const consolePatterns: readonly ConsolePattern[] = [
  {
    name: 'no-bootable-device',
    pattern: /No bootable device|No bootable option or device was found|BdsDxe: No bootable/,
    phase: 'firmware',
    severity: 'fatal',
    code: 'NO_BOOTABLE_DEVICE',
    source: 'SeaBIOS boot.c, edk2 BdsDxe',
  },
  {
    name: 'no-usable-slot',
    pattern: /Reading or updating the GPT failed|no usable (?:USR )?slot/i,
    phase: 'bootloader',
    severity: 'fatal',
    code: 'NO_USABLE_SLOT',
    source: "Flatcar's GRUB configuration, and the reference image's",
  },
  {
    name: 'bootloader-error',
    pattern:
      /^(?:grub )?error: .*(?:no such (?:device|partition)|disk .* not found|unknown filesystem|you need to load the kernel first)/i,
    phase: 'bootloader',
    severity: 'fatal',
    code: 'BOOTLOADER_FAILED',
    source: 'GRUB kern/disk.c, kern/fs.c, loader/; a missing module or theme file is no failure',
  },
  {
    name: 'slot-refused',
    pattern: /switchyard-init: the slot can't be used/,
    phase: 'initrd',
    severity: 'fatal',
    code: 'SLOT_REFUSED',
    source: 'images/reference/initrd/init',
  },
  {
    name: 'verity-corruption',
    pattern: /device-mapper: verity: .*(?:corrupted|mismatch)|dm-verity device .*corrupted/,
    phase: 'kernel',
    severity: 'fatal',
    code: 'VERITY_CORRUPTION',
    source: 'Linux drivers/md/dm-verity-target.c',
  },
  {
    name: 'kernel-panic',
    pattern: /Kernel panic - not syncing/,
    phase: 'kernel',
    severity: 'fatal',
    code: 'KERNEL_PANIC',
    source: 'Linux kernel/panic.c',
  },
  {
    name: 'kernel-oops',
    pattern:
      /\bBUG: (?:unable to handle|kernel NULL pointer)|\bOops: |\bkernel BUG at |general protection fault(?:, probably|: [0-9a-f]{4} \[#)/,
    phase: 'kernel',
    severity: 'fatal',
    code: 'KERNEL_OOPS',
    source: 'Linux arch/x86/mm/fault.c, kernel/dumpstack.c',
  },
  {
    name: 'soft-lockup',
    pattern:
      /watchdog: BUG: soft lockup|rcu_(?:sched|preempt) (?:self-)?detected stall|task \S+ blocked for more than/,
    phase: 'kernel',
    severity: 'note',
    code: 'SOFT_LOCKUP',
    source:
      'Linux kernel/watchdog.c, rcu/tree_stall.h, hung_task.c; an overloaded emulated host does it too, so only noted',
  },
  {
    name: 'oom-kill',
    pattern: /Out of memory: Killed process|oom-kill:constraint=/,
    phase: 'kernel',
    severity: 'note',
    code: 'OOM_KILL',
    source: 'Linux mm/oom_kill.c',
  },
  {
    name: 'ignition-failed',
    pattern: /Ignition has failed|Failed to start (?:ignition-\S+|Ignition \()/,
    phase: 'ignition',
    severity: 'fatal',
    code: 'IGNITION_FAILED',
    source: 'bootengine dracut/99emergency-timeout, systemd in the initrd',
  },
  {
    name: 'emergency-mode',
    pattern:
      /You are in (?:emergency|rescue) mode|Entering emergency mode|Reached target (?:emergency\.target|Emergency Mode)|Press Enter for emergency shell/,
    phase: 'initrd',
    severity: 'fatal',
    code: 'EMERGENCY_MODE',
    source: 'systemd emergency.service, dracut-emergency, bootengine',
  },
  {
    name: 'ordering-cycle',
    pattern: /Found ordering cycle|ordering cycle on /,
    phase: 'units',
    severity: 'fatal',
    code: 'ORDERING_CYCLE',
    source: 'systemd src/core/transaction.c',
  },
  {
    name: 'unit-failed',
    pattern: /\bFailed to start \S+/,
    phase: 'units',
    severity: 'fatal',
    code: 'UNIT_FAILED',
    source: 'systemd src/core/job.c',
  },
  {
    name: 'dependency-failed',
    pattern: /\bDependency failed for \S+/,
    phase: 'units',
    severity: 'fatal',
    code: 'UNIT_FAILED',
    source: 'systemd src/core/job.c',
  },
  {
    name: 'filesystem-error',
    pattern: /EXT4-fs error|BTRFS(?: critical|: error| error)|XFS .*(?:Corruption|shutdown)/,
    phase: 'kernel',
    severity: 'fatal',
    code: 'FILESYSTEM_ERROR',
    source: 'Linux fs/ext4/super.c, fs/btrfs/messages.c, fs/xfs/xfs_message.c',
  },
  {
    name: 'avc-denied',
    pattern: /avc: +denied/,
    phase: 'units',
    severity: 'note',
    code: 'AVC_DENIED',
    source: 'Linux security/selinux/avc.c; the default is permissive',
  },
  {
    name: 'segfault',
    pattern: /\bsegfault at [0-9a-f]+|\btraps: \S+\[\d+\] /,
    phase: 'units',
    severity: 'note',
    code: 'SEGFAULT',
    source: 'Linux arch/x86/mm/fault.c, kernel/traps.c: a program, not the kernel',
  },
  {
    name: 'core-dump',
    pattern: /Process \d+ \(.*\) of user \d+ dumped core|systemd-coredump\[\d+\]: Process/,
    phase: 'units',
    severity: 'note',
    code: 'CORE_DUMP',
    source: 'systemd src/coredump',
  },
];
