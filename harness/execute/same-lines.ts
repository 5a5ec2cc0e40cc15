/**
 * Tells whether a line has been seen already in the other source: the console prints much of what
 * the journal holds, in whichever order the two arrive, and it must count once.
 */

import type { LogSource } from '../model/log-pattern.js';
import { undecorated } from '../model/undecorated.js';
import { dropKeysOf } from './machine-keys.js';

/** Where a line was seen; the key of what may be the same. */
export interface SeenLine {
  readonly machine: string;
  readonly boot: number;
  readonly pattern: string;
  readonly source: LogSource;
  readonly text: string;
}

/** Lines that are remembered; the oldest are forgotten first. */
const mostLines = 2_000;

/** Counts each line per source. */
export class SameLines {
  readonly #counts = new Map<string, Record<LogSource, number>>();

  /** Takes in a line; true when it stands for one that the other source has told before. */
  isRepeat({ machine, boot, pattern, source, text }: SeenLine): boolean {
    const key = [machine, boot, pattern, undecorated(text)].join(' ');
    const counts = this.#counts.get(key) ?? { console: 0, journal: 0 };
    counts[source] += 1;
    this.#counts.set(key, counts);
    this.#forget();
    return counts[source] <= counts[source === 'console' ? 'journal' : 'console'];
  }

  /** Another machine takes this one's place: what it says is new. */
  drop(machine: string): void {
    dropKeysOf(machine, this.#counts);
  }

  #forget(): void {
    if (this.#counts.size <= mostLines) return;
    for (const key of this.#counts.keys()) {
      this.#counts.delete(key);
      return;
    }
  }
}
