/**
 * Decides which case may start now. Synchronous, so that two decisions can't interleave: the first
 * waiting case whose memory, vCPUs and locks fit, unless one before it has waited too long.
 */

import type { Budget, Case } from '../model/plan.js';

/** How often a waiting case may be passed over before room is kept for it alone. */
const patience = 16;

interface Waiting {
  readonly planned: Case;
  passedOver: number;
}

/** What is free, what is locked, and who waits. A lease must be returned exactly once. */
export class Admission {
  readonly #waiting: Waiting[];
  readonly #locked = new Set<string>();
  #free: Budget;

  constructor(cases: readonly Case[], budget: Budget) {
    this.#waiting = cases.map((planned) => ({ planned, passedOver: 0 }));
    this.#free = budget;
  }

  /** The case to start now, its cost taken from the budget; undefined when none fits. */
  admit(): Case | undefined {
    const index = this.#waiting.findIndex(({ planned }) => this.#fits(planned));
    const reserved = this.#waiting.findIndex(({ passedOver }) => passedOver >= patience);
    if (index === -1 || (reserved !== -1 && reserved < index)) return undefined;
    for (const earlier of this.#waiting.slice(0, index)) earlier.passedOver++;
    const [admitted] = this.#waiting.splice(index, 1);
    if (admitted !== undefined) this.#take(admitted.planned);
    return admitted?.planned;
  }

  /** Gives back what {@link admit} took: after the machines are gone, not before. */
  release({ cost, locks }: Case): void {
    this.#add(cost.memoryMiB, cost.vcpus);
    for (const lock of locks) this.#locked.delete(lock);
  }

  /** Takes everybody out of the queue who still waits. */
  drain(): readonly Case[] {
    return this.#waiting.splice(0).map(({ planned }) => planned);
  }

  #fits({ cost, locks }: Case): boolean {
    const room = cost.memoryMiB <= this.#free.memoryMiB && cost.vcpus <= this.#free.vcpus;
    return room && !locks.some((lock) => this.#locked.has(lock));
  }

  #take({ cost, locks }: Case): void {
    this.#add(-cost.memoryMiB, -cost.vcpus);
    for (const lock of locks) this.#locked.add(lock);
  }

  #add(memoryMiB: number, vcpus: number): void {
    const free = this.#free;
    this.#free = { memoryMiB: free.memoryMiB + memoryMiB, vcpus: free.vcpus + vcpus };
  }
}
