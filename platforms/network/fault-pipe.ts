/**
 * One direction of a link: passes frames on, late, wrong or not at all, as its faults say. What is
 * drawn by chance comes from a seed, so the same frames meet the same fate.
 */

import type { LinkCounters, LinkFaults } from '../../harness/model/network.js';
import { headerBytes } from './frame.js';
import { TimedQueue } from './timed-queue.js';

/** How much may wait for its turn on a link with a bandwidth, in bytes. */
export const mostWaitingBytes = 256 * 1024;

/** How much may be on its way in all, in bytes: a delay is no bandwidth, but memory has its bound. */
export const mostHeldBytes = 4 * 1024 * 1024;

/** How much later a frame comes that was chosen to be overtaken, in milliseconds. */
export const reorderMs = 10;

/** When a frame arrives, and what the link is like if it is let in. */
interface Booking {
  readonly dueMs: number;
  readonly freeAtMs: number;
  readonly lastDueMs: number;
}

export class FaultPipe {
  readonly #random: () => number;
  readonly #deliver: (frame: Buffer) => void;
  readonly #queue: TimedQueue<Buffer>;
  #faults: LinkFaults = {};
  #heldBytes = 0;
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

  /** Whether nothing passes. */
  get isDown(): boolean {
    return this.#faults.down === true;
  }

  /**
   * From the next frame on; what is on its way arrives as it was to. What waits for its turn is still
   * before the next frame where the new link has a bandwidth too, at that bandwidth.
   */
  set(faults: LinkFaults): void {
    const [before, after] = [this.#faults.kbitPerSecond, faults.kbitPerSecond];
    const now = performance.now();
    const waitMs = Math.max(0, this.#freeAtMs - now);
    const isLine = before !== undefined && after !== undefined;
    this.#freeAtMs = isLine ? now + (waitMs * before) / after : 0;
    this.#lastDueMs = 0;
    this.#faults = faults;
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
    const booking = this.#book(frame.length);
    const seen = this.#happens(this.#faults.corrupt ?? 0) ? this.#corrupt(frame) : frame;
    const isDirect = booking.dueMs <= performance.now() && this.#queue.size === 0;
    if (!isDirect && !this.#hasRoom(frame.length, booking)) {
      // It never goes, so it takes no time of the line.
      this.#overflowed += 1;
      return;
    }
    this.#freeAtMs = booking.freeAtMs;
    this.#lastDueMs = booking.lastDueMs;
    if (isDirect) this.#hand(seen);
    else this.#hold(seen, booking.dueMs);
  }

  #hasRoom(bytes: number, { freeAtMs }: Booking): boolean {
    const { kbitPerSecond = 0 } = this.#faults;
    const waitingBytes = ((freeAtMs - performance.now()) * kbitPerSecond) / 8;
    return waitingBytes <= mostWaitingBytes && this.#heldBytes + bytes <= mostHeldBytes;
  }

  #hold(frame: Buffer, dueMs: number): void {
    this.#heldBytes += frame.length;
    // The frame shares memory with others that came with it, which would all be kept.
    this.#queue.add(Buffer.from(frame), dueMs);
  }

  #book(bytes: number): Booking {
    const { delayMs = 0, jitterMs = 0, reorder = 0, kbitPerSecond } = this.#faults;
    const now = performance.now();
    let [freeAtMs, lastDueMs] = [this.#freeAtMs, this.#lastDueMs];
    // A kbit per second is a bit per millisecond.
    if (kbitPerSecond !== undefined)
      freeAtMs = Math.max(freeAtMs, now) + (bytes * 8) / kbitPerSecond;
    const sent = kbitPerSecond === undefined ? now : freeAtMs;
    const jitter = jitterMs === 0 ? 0 : (this.#random() * 2 - 1) * jitterMs;
    const dueMs = sent + Math.max(0, delayMs + jitter);
    if (this.#happens(reorder)) return { dueMs: dueMs + reorderMs, freeAtMs, lastDueMs };
    lastDueMs = Math.max(lastDueMs, dueMs);
    return { dueMs: lastDueMs, freeAtMs, lastDueMs };
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
    this.#heldBytes -= frame.length;
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
