/**
 * A fair limit on the sessions of one connection. sshd refuses more than MaxSessions of them, 10 by
 * default (sshd_config(5)), so further commands wait for their turn.
 */

import { abortable, type Resolvers, withResolvers } from '../../harness/base/deadline.js';

/** Takes turns in the order of asking. */
export class SessionSlots {
  #free: number;
  readonly #waiting: Resolvers<void>[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves with a slot; disposing gives it back. Throws the signal's reason. */
  async take(signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    return { [Symbol.dispose]: () => this.#give() };
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const turn = withResolvers<void>();
    this.#waiting.push(turn);
    try {
      await abortable(turn.promise, signal);
    } catch (error) {
      const index = this.#waiting.indexOf(turn);
      // The turn may have come in the same tick as the abort: then it is passed on.
      if (index < 0) this.#give();
      else this.#waiting.splice(index, 1);
      throw error;
    }
  }

  #give(): void {
    const next = this.#waiting.shift();
    if (next) next.resolve();
    else this.#free += 1;
  }
}
