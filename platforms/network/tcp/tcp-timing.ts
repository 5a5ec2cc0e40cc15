/**
 * How long a connection waits for an acknowledgement: as long as the round trips that it has seen say
 * (RFC 6298).
 */

/** The time of connections, which tests replace. */
export interface TcpClock {
  /** Monotonic, in milliseconds. */
  readonly nowMs: () => number;
  /** Runs something once, unless what is returned is called before. */
  readonly after: (delayMs: number, run: () => void) => () => void;
}

export const hostClock: TcpClock = {
  nowMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Before anything was measured (RFC 6298, 2.1). */
const firstWaitMs = 1000;
/** Guests hold acknowledgements back for up to 200 ms (Linux, TCP_DELACK_MAX). */
export const leastWaitMs = 250;
/** Longer waits are not doubled: a link that was down is to be in use again soon after it is up. */
const mostDoubledMs = 8000;

export class RoundTrips {
  #smoothedMs: number | undefined;
  #variationMs = 0;
  #doublings = 0;
  /** What is measured now: one segment at a time. */
  #measured: { readonly position: number; readonly sentMs: number } | undefined;

  /** From sending to sending again. */
  get waitMs(): number {
    const measuredMs = (this.#smoothedMs ?? 0) + 4 * this.#variationMs;
    const once = this.#smoothedMs === undefined ? firstWaitMs : Math.max(leastWaitMs, measuredMs);
    return Math.max(once, Math.min(once * 2 ** this.#doublings, mostDoubledMs));
  }

  /** Something that ends at a position was sent for the first time. */
  sent(position: number, nowMs: number): void {
    this.#measured ??= { position, sentMs: nowMs };
  }

  /** What is acknowledged next may be either copy, so it measures nothing (Karn's rule). */
  repeated(): void {
    this.#measured = undefined;
  }

  /** Nothing came in time: later waits are longer until a round trip was measured again. */
  expired(): void {
    this.#doublings += 1;
  }

  /** The peer is there after all, and was only not ready. */
  relieve(): void {
    this.#doublings = 0;
  }

  acknowledged(position: number, nowMs: number): void {
    if (!this.#measured || position < this.#measured.position) return;
    this.#take(nowMs - this.#measured.sentMs);
    this.#measured = undefined;
    this.#doublings = 0;
  }

  /** The means of RFC 6298, 2.2 and 2.3. */
  #take(tripMs: number): void {
    const smoothed = this.#smoothedMs;
    const difference = smoothed === undefined ? tripMs : Math.abs(smoothed - tripMs);
    const share = smoothed === undefined ? 0.5 : 0.25;
    this.#variationMs += share * (difference - (smoothed === undefined ? 0 : this.#variationMs));
    this.#smoothedMs = smoothed === undefined ? tripMs : smoothed + (tripMs - smoothed) / 8;
  }
}
