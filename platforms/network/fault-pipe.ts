/**
 * One direction of a link: passes frames on, late, wrong or not at all, as its faults say. What is
 * drawn by chance comes from a seed, so the same frames meet the same fate.
 */

import type { LinkCounters, LinkFaults } from '../../harness/model/network.js';
import { headerBytes } from './frame.js';
import { TimedQueue } from './timed-queue.js';

/** How much may wait on a link that is slow or late, in bytes. */
export const mostWaitingBytes = 256 * 1024;

/** How much later a frame comes that was chosen to be overtaken, in milliseconds. */
export const reorderMs = 10;

export class FaultPipe {
  readonly #random: () => number;
  readonly #deliver: (frame: Buffer) => void;
  readonly #queue: TimedQueue<Buffer>;
  #faults: LinkFaults = {};
  #waitingBytes = 0;
  /** When the line is free again, and when the last frame in turn will have arrived. */
  #freeAtMs = 0;
  #lastDueMs = 0;
  #passed = 0;
  #lost = 0;
  #overflowed = 0;

  constructor(random: () => number, deliver: (frame: Buffer) => void) {
    this.#random = random;
    this.#deliver = deliver;
    this.#queue = new TimedQueue((frame) => this.#arrive(frame));
  }

  get counters(): Omit<LinkCounters, 'partitioned'> {
    return { passed: this.#passed, lost: this.#lost, overflowed: this.#overflowed };
  }

  /** From the next frame on; what is on its way arrives as it was to. */
  set(faults: LinkFaults): void {
    this.#faults = faults;
    this.#freeAtMs = 0;
    this.#lastDueMs = 0;
  }

  /** What is on its way is gone. */
  close(): void {
    this.#queue.clear();
  }

  send(frame: Buffer): void {
    const { down, loss = 0, duplicate = 0 } = this.#faults;
    if (down || this.#happens(loss)) {
      this.#lost += 1;
      return;
    }
    this.#sendOnce(frame);
    if (this.#happens(duplicate)) this.#sendOnce(frame);
  }

  #sendOnce(frame: Buffer): void {
    const dueMs = this.#due(frame.length);
    const seen = this.#happens(this.#faults.corrupt ?? 0) ? this.#corrupt(frame) : frame;
    const isDirect = dueMs <= performance.now() && this.#queue.size === 0;
    if (isDirect) this.#hand(seen);
    else this.#hold(seen, dueMs);
  }

  #hold(frame: Buffer, dueMs: number): void {
    if (this.#waitingBytes + frame.length > mostWaitingBytes) {
      this.#overflowed += 1;
      return;
    }
    this.#waitingBytes += frame.length;
    // The frame shares memory with others that came with it, which would all be kept.
    this.#queue.add(Buffer.from(frame), dueMs);
  }

  #due(bytes: number): number {
    const { delayMs = 0, jitterMs = 0, reorder = 0, kbitPerSecond } = this.#faults;
    const now = performance.now();
    if (kbitPerSecond !== undefined) {
      // A kbit per second is a bit per millisecond.
      this.#freeAtMs = Math.max(this.#freeAtMs, now) + (bytes * 8) / kbitPerSecond;
    }
    const sent = kbitPerSecond === undefined ? now : this.#freeAtMs;
    const jitter = jitterMs === 0 ? 0 : (this.#random() * 2 - 1) * jitterMs;
    const due = sent + Math.max(0, delayMs + jitter);
    if (this.#happens(reorder)) return due + reorderMs;
    this.#lastDueMs = Math.max(this.#lastDueMs, due);
    return this.#lastDueMs;
  }

  /** Addresses stay, or the frame would only be lost. */
  #corrupt(frame: Buffer): Buffer {
    const copy = Buffer.from(frame);
    const room = copy.length - headerBytes;
    if (room <= 0) return copy;
    const at = headerBytes + Math.floor(this.#random() * room);
    copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(this.#random() * 8));
    return copy;
  }

  #arrive(frame: Buffer): void {
    this.#waitingBytes -= frame.length;
    this.#hand(frame);
  }

  #hand(frame: Buffer): void {
    this.#passed += 1;
    this.#deliver(frame);
  }

  /** Draws only where something may happen: a link without faults uses up no chance. */
  #happens(share: number): boolean {
    return share > 0 && this.#random() < share;
  }
}
