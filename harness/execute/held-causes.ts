/**
 * Causes that are known and not yet told, because the machine is about to say more exactly what is
 * wrong: at most one for each machine, each for a bounded time.
 */

interface Held {
  readonly pattern: string;
  readonly timer: NodeJS.Timeout;
  readonly tell: () => void;
}

/** While a cause is held, what follows on that machine is its consequence. */
export class HeldCauses {
  readonly #held = new Map<string, Held>();
  readonly #limitMs: number;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** The name of the pattern whose cause is held for a machine. */
  patternOf(machine: string): string | undefined {
    return this.#held.get(machine)?.pattern;
  }

  /** Calls `tell` after the limit, or sooner by {@link tell}, unless it is dropped. */
  hold(machine: string, pattern: string, tell: () => void): void {
    if (this.#held.has(machine)) return;
    const timer = setTimeout(() => this.tell(machine), this.#limitMs);
    this.#held.set(machine, { pattern, timer, tell });
  }

  /** A better one has come. */
  drop(machine: string): void {
    clearTimeout(this.#held.get(machine)?.timer);
    this.#held.delete(machine);
  }

  /** Nothing better is to be expected of this machine any more. */
  tell(machine: string): void {
    const held = this.#held.get(machine);
    this.drop(machine);
    held?.tell();
  }

  /** The same for all machines, in the order in which their causes came. */
  tellAll(): void {
    for (const machine of [...this.#held.keys()]) this.tell(machine);
  }
}
