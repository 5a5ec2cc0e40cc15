/**
 * Who is kept apart from whom.
 */

export class Partitions {
  /** From a machine to those that do not hear it. */
  readonly #deaf = new Map<string, Set<string>>();

  get any(): boolean {
    return this.#deaf.size > 0;
  }

  /** What `from` sends does not reach `to`; unless `oneWay`, nor the other way round. */
  add(from: readonly string[], to: readonly string[], oneWay: boolean): void {
    for (const a of from) {
      for (const b of to) {
        this.#keepFrom(a, b);
        if (!oneWay) this.#keepFrom(b, a);
      }
    }
  }

  clear(): void {
    this.#deaf.clear();
  }

  /** Whether what one machine sends may not reach the other. */
  separate(from: string, to: string): boolean {
    return this.#deaf.get(from)?.has(to) ?? false;
  }

  #keepFrom(from: string, to: string): void {
    const kept = this.#deaf.get(from) ?? new Set();
    this.#deaf.set(from, kept.add(to));
  }
}
