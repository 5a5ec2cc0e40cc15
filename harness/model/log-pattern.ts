/**
 * What a line of a machine's console or journal can mean, and what was found of it.
 */

import type { Phase } from './outcome.js';

/**
 * What a match does. `fatal` ends the attempt at once: from there on nothing that the machine does
 * proves anything. `finding` lets the suite go on and fails the attempt at its end. `note` is only
 * recorded: an overloaded host causes it too, or it may be what was asked for. What the suite
 * expects is a note, whatever it would be otherwise.
 */
export type Severity = 'fatal' | 'finding' | 'note';

/** Where a pattern is looked for. */
export type LogSource = 'console' | 'journal';

/** An entry of the catalogue; suites name it in `expects` when they provoke it on purpose. */
export interface LogPattern {
  readonly name: string;
  readonly pattern: RegExp;
  /** Where in a machine's life it happens. */
  readonly phase: Phase;
  readonly severity: Severity;
  /** The code of the failure that it leads to. */
  readonly code: string;
  readonly sources: readonly LogSource[];
  /** Default `image`; what the host is to blame for is tried once more. */
  readonly blames?: 'image' | 'host';
  /**
   * How long the guest's own clock had waited when it said this. A host that starved its guests
   * meanwhile is to blame for it, and for what becomes of the unit that it is about.
   */
  readonly timedMs?: number;
  /**
   * The identifiers of the journal's entries that can say it; others only quote it. `kernel` and
   * `audit` are believed only of the kernel's own messages, `systemd` only of process 1. Default:
   * anybody.
   */
  readonly speakers?: readonly string[];
  /**
   * What a console's line must also match where the words alone are common: nobody says there who
   * speaks, but systemd puts a mark or its name before what it prints.
   */
  readonly onConsole?: RegExp;
  /**
   * Of a fatal pattern: lines that a system may survive once it has left the initrd, as those about a
   * `nofail` mount. There they are findings, and fatal as soon as more comes of them.
   */
  readonly survivable?: RegExp;
  /** QEMU's events that mean the same. */
  readonly qmpEvents?: readonly string[];
  /**
   * Finds why it happened: the first group is the reason. A machine that may yet tell its reason is
   * given a moment to do so.
   */
  readonly reason?: RegExp;
  /** The program's file in which the words are written, and why the severity is what it is. */
  readonly wording: string;
  /** Lines that it must find. */
  readonly examples: readonly string[];
}

/** Where a finding was seen. A console line counts from 1 over the machine's whole life. */
export type Sighting =
  | { readonly kind: 'console'; readonly line: number }
  | { readonly kind: 'journal'; readonly identifier?: string; readonly unit?: string }
  | { readonly kind: 'qmp' }
  /** Two attempts that should have come to the same: a fork and a cold boot. */
  | { readonly kind: 'comparison' };

/** A pattern of the catalogue that was seen. */
export interface Finding {
  readonly machine: string;
  /** The pattern's name. */
  readonly pattern: string;
  readonly severity: Severity;
  /** Where the machine was in its life. */
  readonly phase: Phase;
  /** Counts from 1. */
  readonly boot: number;
  readonly seen: Sighting;
  /** The line, quoted; of a very long one its beginning. */
  readonly text: string;
  /** Why the suite expects it, if it does. */
  readonly expected?: string;
}
