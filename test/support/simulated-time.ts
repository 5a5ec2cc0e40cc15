/**
 * Time that passes only when nothing else is left to happen, for connections that wait for minutes.
 */

import type { TcpClock } from '../../platforms/network/tcp/tcp-timing.js';

interface Due {
  readonly atMs: number;
  readonly run: () => void;
}

/** Streams call back in turns of the loop, which take no time here. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

export class SimulatedTime implements TcpClock {
  #nowMs = 0;
  /** In the order in which they were asked for. */
  readonly #due = new Set<Due>();

  readonly nowMs = (): number => this.#nowMs;

  readonly after = (delayMs: number, run: () => void): (() => void) => {
    const due = { atMs: this.#nowMs + delayMs, run };
    this.#due.add(due);
    return () => this.#due.delete(due);
  };

  /** Lets so much time pass, or less where something holds before. */
  async pass(durationMs: number, holds: () => boolean = () => false): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    await settle();
    while (!holds()) {
      const next = this.#next();
      if (!next || next.atMs > endMs) break;
      this.#nowMs = next.atMs;
      this.#due.delete(next);
      next.run();
      await settle();
    }
    if (!holds()) this.#nowMs = endMs;
  }

  #next(): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#due) if (!first || due.atMs < first.atMs) first = due;
    return first;
  }
}
