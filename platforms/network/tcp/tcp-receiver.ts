/**
 * The receiving half of a connection: takes what comes in turn, and what does not, the peer sends
 * again.
 */

import { flags, type TcpSegment } from './tcp-segment.js';

export interface TcpReceiverOptions {
  /** Of the first byte. */
  readonly sequence: number;
  /** How many bytes may come now. */
  readonly room: () => number;
  /** Takes bytes that are its own, and null at the end. */
  readonly take: (data: Buffer | null) => void;
}

export class TcpReceiver {
  readonly #options: TcpReceiverOptions;
  #expected: number;
  #hasEnded = false;

  constructor(options: TcpReceiverOptions) {
    this.#options = options;
    this.#expected = options.sequence;
  }

  /** The sequence number of what comes next. */
  get expected(): number {
    return this.#expected;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** True where the peer is to be told how far it is. */
  receive({ sequence, data, flags: bits }: TcpSegment): boolean {
    const isLast = (bits & flags.fin) !== 0;
    const length = data.length + (isLast ? 1 : 0);
    // How much of it was there before; below zero where something is missing.
    const known = (this.#expected - sequence) | 0;
    // Who says nothing at a place that is past wants an answer: a probe, or to stay in touch.
    if (length === 0) return known > 0;
    const isNew = known >= 0 && known < length && !this.#hasEnded;
    if (isNew && this.#options.room() >= data.length - known) {
      this.#accept(data.subarray(known), isLast);
    }
    return true;
  }

  #accept(data: Buffer, isLast: boolean): void {
    this.#expected = (this.#expected + data.length + (isLast ? 1 : 0)) >>> 0;
    // The bytes are the reader's, which uses them again.
    if (data.length > 0) this.#options.take(Buffer.from(data));
    if (!isLast) return;
    this.#hasEnded = true;
    this.#options.take(null);
  }
}
