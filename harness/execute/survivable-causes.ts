/**
 * Causes of trouble that a machine may get over, such as a device of a `nofail` mount that never came:
 * kept until the machine shows that it does not, when they say more than what it then prints.
 */

import { type Clock, systemClock } from '../base/clock.js';

/** What such a cause leads to where it is not survived: local-fs.target fails, emergency.target comes. */
const consequences: readonly string[] = ['dependency-failed', 'emergency-mode'];

/** systemd fails what depends on a unit at once; the emergency shell of a slow guest takes longer. */
const mostLagMs = 30_000;

interface Cause {
  readonly atMs: number;
  readonly tell: () => void;
}

/** The latest cause of each machine: what follows at once is about that. */
export class SurvivableCauses {
  readonly #causes = new Map<string, Cause>();
  readonly #clock: Clock;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Keeps a cause, unless it is of the kind that only follows from another. */
  keep(machine: string, pattern: string, tell: () => void): void {
    if (consequences.includes(pattern)) return;
    this.#causes.set(machine, { atMs: this.#clock.elapsedMs(), tell });
  }

  /** What is to be told in place of a fatal finding that follows from it; undefined if none does. */
  behind(machine: string, pattern: string): (() => void) | undefined {
    const cause = this.#causes.get(machine);
    if (cause === undefined || !consequences.includes(pattern)) return undefined;
    this.drop(machine);
    return this.#clock.elapsedMs() - cause.atMs <= mostLagMs ? cause.tell : undefined;
  }

  /** The machine starts again. */
  drop(machine: string): void {
    this.#causes.delete(machine);
  }
}
