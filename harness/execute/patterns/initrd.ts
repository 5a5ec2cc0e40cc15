/**
 * Patterns of the way from the kernel to the real root: slot, Ignition, devices, emergency mode.
 */

import type { LogPattern } from '../../model/log-pattern.js';

const sources = ['console', 'journal'] as const;

export const initrdPatterns: readonly LogPattern[] = [
  {
    name: 'slot-refused',
    pattern: /switchyard-init: the slot can't be used/,
    phase: 'initrd',
    severity: 'fatal',
    code: 'SLOT_REFUSED',
    sources,
    speakers: ['switchyard-init'],
    reason: /the slot can't be used: (.+)/,
    wording: 'images/reference/initrd/init',
    examples: [
      "[    2.1] switchyard-init: the slot can't be used: no partition PARTUUID=7130c94a. Rebooting in 60 seconds.",
    ],
  },
  {
    name: 'ignition-failed',
    pattern: /Ignition has failed|Ignition failed: |Failed to start (?:ignition-\S+|Ignition \()/,
    phase: 'ignition',
    severity: 'fatal',
    code: 'IGNITION_FAILED',
    sources,
    speakers: ['ignition', 'systemd'],
    reason: /Ignition failed: (.+)/,
    wording:
      "Ignition internal/main.go; systemd src/core/job.c; Flatcar's bootengine dracut/99emergency-timeout",
    examples: [
      '[   14.2] ignition[612]: Ignition failed: failed to fetch config: config is not valid',
      'CRITICAL : Ignition failed: create partitions: sgdisk failed',
      'Ignition has failed. Please ensure your config is valid. Note that only',
      '[FAILED] Failed to start ignition-fetch.service - Ignition (fetch).',
      '[FAILED] Failed to start Ignition (files).',
    ],
  },
  {
    name: 'device-timeout',
    pattern: /Timed out waiting for device \S+/,
    phase: 'initrd',
    severity: 'fatal',
    code: 'DEVICE_TIMEOUT',
    sources,
    speakers: ['systemd'],
    timedMs: 90_000,
    survivable: /Timed out waiting for device /,
    wording:
      'systemd src/core/device.c; systemd-system.conf(5), DefaultDeviceTimeoutSec; the device may be that of a `nofail` mount',
    examples: [
      '[ TIME ] Timed out waiting for device dev-disk-by\\x2dlabel-ROOT.device - /dev/disk/by-label/ROOT.',
      'Timed out waiting for device /dev/disk/by-partlabel/USR-A.',
    ],
  },
  {
    name: 'initqueue-timeout',
    pattern:
      /dracut-initqueue.*: Warning: dracut-initqueue timeout|dracut: Warning: Could not boot/,
    phase: 'initrd',
    severity: 'fatal',
    code: 'INITRD_FAILED',
    sources,
    speakers: ['dracut-initqueue', 'dracut'],
    wording: 'dracut modules.d/98dracut-systemd/dracut-initqueue.sh',
    examples: [
      '[  190.3] dracut-initqueue[512]: Warning: dracut-initqueue timeout - starting timeout scripts',
      'dracut: Warning: Could not boot.',
    ],
  },
  {
    name: 'switch-root-failed',
    pattern: /Failed to (?:start|isolate) initrd-switch-root|Failed to switch root: /,
    phase: 'initrd',
    severity: 'fatal',
    code: 'SWITCH_ROOT_FAILED',
    sources,
    speakers: ['systemd', 'systemctl'],
    reason: /Failed to switch root: (.+)/,
    wording: 'systemd src/systemctl/systemctl-switch-root.c, src/core/main.c',
    examples: [
      '[FAILED] Failed to start initrd-switch-root.service - Switch Root.',
      "systemctl[401]: Failed to switch root: Specified switch root path '/sysroot' does not seem to be an OS tree.",
    ],
  },
  {
    name: 'emergency-mode',
    pattern:
      /You are in (?:emergency|rescue) mode|Entering (?:emergency|rescue) mode|Reached target (?:emergency\.target|Emergency Mode)|Press Enter for emergency shell|Started emergency\.service/,
    phase: 'initrd',
    severity: 'fatal',
    code: 'EMERGENCY_MODE',
    sources,
    speakers: ['systemd', 'dracut-emergency'],
    wording:
      "systemd units/emergency.service.in, src/sulogin-shell; dracut-emergency.sh; Flatcar's bootengine",
    examples: [
      'You are in emergency mode. After logging in, type "journalctl -xb"',
      '[  OK  ] Reached target emergency.target - Emergency Mode.',
      '[  OK  ] Reached target Emergency Mode.',
      'Entering emergency mode. Exit the shell to continue.',
      'Press Enter for emergency shell or wait 5 minutes for reboot.',
    ],
  },
];
