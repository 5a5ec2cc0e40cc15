/**
 * Tells from console lines how far a boot has come. A quiet console skips phases; that is fine,
 * since a phase only says what was seen last.
 */

import type { Phase } from '../../harness/model/outcome.js';

interface Marker {
  readonly phase: Phase;
  readonly pattern: RegExp;
  /** Who prints it. */
  readonly source: string;
}

/** The order in which a machine passes through its phases. */
export const bootPhases: readonly Phase[] = [
  'firmware',
  'bootloader',
  'kernel',
  'initrd',
  'ignition',
  'units',
  'ssh',
];

/** Lines that prove that a phase has begun. */
export const phaseMarkers: readonly Marker[] = [
  {
    phase: 'bootloader',
    pattern: /\bGRUB\b.*(?:version|loading)|Welcome to GRUB/i,
    source: 'GRUB',
  },
  { phase: 'bootloader', pattern: /Booting `.*'|Loading Linux /, source: 'GRUB menu entries' },
  {
    phase: 'bootloader',
    pattern: /BdsDxe: starting Boot/,
    source: 'edk2, on leaving the firmware',
  },
  { phase: 'kernel', pattern: /\bLinux version \d/, source: 'Linux, first line of the log' },
  { phase: 'kernel', pattern: /EFI stub: Loaded initrd/, source: "Linux's EFI stub" },
  { phase: 'initrd', pattern: /Running in initrd\b/i, source: 'systemd, detect_initrd' },
  { phase: 'initrd', pattern: /Welcome to .*[Ii]nitramfs|dracut-\d/, source: 'dracut' },
  { phase: 'ignition', pattern: /\bignition\[\d+\]/, source: 'Ignition through the journal' },
  {
    phase: 'ignition',
    pattern: /(?:Starting|Finished) ignition-\w+/,
    source: 'systemd in the initrd',
  },
  { phase: 'units', pattern: /\bSwitching root\b/, source: 'systemd, on leaving the initrd' },
  {
    phase: 'units',
    pattern: /initrd-switch-root\.service: Deactivated|Stopped .*Switch Root/,
    source: 'systemd, first things after the initrd',
  },
  // Not basic.target: the initrd reaches one of its own.
  { phase: 'units', pattern: /Reached target multi-user\.target/, source: 'systemd' },
  { phase: 'units', pattern: /^\S+ login: ?$/, source: 'agetty' },
];

/** Follows one boot at a time; phases only move forward until the next power-on. */
export class PhaseTracker {
  #phase: Phase = 'firmware';

  /** The last phase that was seen. */
  get phase(): Phase {
    return this.#phase;
  }

  /** The machine starts again from its firmware. */
  reset(): void {
    this.#phase = 'firmware';
  }

  /** Takes in a line; returns the phase that it begins, if it begins one. */
  line(text: string): Phase | undefined {
    const marker = phaseMarkers.find(
      ({ phase, pattern }) => this.#isAhead(phase) && pattern.test(text),
    );
    return marker && this.reach(marker.phase);
  }

  /** Moves on to a phase that was seen elsewhere; returns it unless it is not ahead. */
  reach(phase: Phase): Phase | undefined {
    if (!this.#isAhead(phase)) return undefined;
    this.#phase = phase;
    return phase;
  }

  #isAhead(phase: Phase): boolean {
    return bootPhases.indexOf(phase) > bootPhases.indexOf(this.#phase);
  }
}
