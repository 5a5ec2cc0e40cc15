/**
 * Which boot of a machine an entry of its journal belongs to, and whether it has been streamed
 * before: what streams in the real root starts again with what the initrd had streamed already, and
 * the last entries of a boot may arrive when the next one has begun.
 */

import type { StreamedEntry } from './journal-text.js';

/** More boots than any machine of a suite goes through; a guest may invent ids. */
const mostBoots = 64;

/** Entries that are remembered: several times what a boot logs before its real root streams. */
const mostEntries = 10_000;

/** Follows one machine. */
export class JournalBoots {
  readonly #boots = new Map<string, number>();
  readonly #entries = new Set<string>();

  /** The boot's number, where `current` is the machine's present one; undefined for a repetition. */
  place(entry: StreamedEntry, current: number): number | undefined {
    const { bootId, monotonicUs, identifier, message } = entry;
    if (bootId === undefined) return current;
    const key = `${bootId} ${monotonicUs} ${identifier} ${message.slice(0, 80)}`;
    if (monotonicUs !== undefined && this.#entries.has(key)) return undefined;
    this.#entries.add(key);
    forgetOldest(this.#entries, mostEntries);
    const boot = this.#boots.get(bootId) ?? current;
    this.#boots.set(bootId, boot);
    forgetOldest(this.#boots, mostBoots);
    return boot;
  }
}

/** Sets and maps keep the order in which their keys came. */
function forgetOldest(keys: Set<string> | Map<string, unknown>, most: number): void {
  if (keys.size <= most) return;
  for (const key of keys.keys()) {
    keys.delete(key);
    return;
  }
}
