/**
 * The other end of one connection in simulated time, behind a link with faults of its own: receives as
 * Linux does, and keeps what comes too early.
 */

import { flags, type TcpSegment } from '../../platforms/network/tcp/tcp-segment.js';
import {
  type OutgoingSegment,
  TcpStream,
  type TcpStreamOptions,
} from '../../platforms/network/tcp/tcp-stream.js';
import type { SimulatedTime } from './simulated-time.js';

export interface TcpPeerOptions {
  readonly time: SimulatedTime;
  /** One way. */
  readonly delayMs?: number;
  /** How often a segment goes, each way: not at all, once, twice; told which it is. */
  readonly copies?: (n: number) => number;
  /** By which segments are late beyond the delay. */
  readonly lateMs?: (n: number) => number;
  readonly syn?: Partial<TcpSegment>;
  readonly maxSegment?: number;
}

/** Sequence numbers wrap within the first kilobyte of what the peer says. */
const firstSequence = 2 ** 32 - 1000;
const none = Buffer.alloc(0);

export class TcpPeer {
  readonly stream: TcpStream;
  /** All that the stream sent, lost or not. */
  readonly sent: OutgoingSegment[] = [];
  /** What arrived, in order. */
  received = none;
  hasEnded = false;
  isReset = false;
  /** The room that the peer tells of. */
  window = 0xffff;
  /** Whether it answers at all. */
  isThere = true;
  readonly #options: TcpPeerOptions;
  readonly #early = new Map<number, OutgoingSegment>();
  #first = 0;
  #expected = 0;
  #said = 1;
  #crossed = 0;

  constructor(options: TcpPeerOptions) {
    this.#options = options;
    const { time, syn = {}, maxSegment = 1460 } = options;
    const first = { ...this.#segment(flags.syn, 0), maxSegment: 1460, ...syn };
    const stream: TcpStreamOptions = {
      ...{ syn: first, maxSegment, clock: time },
      transmit: (segment) => this.#carry(segment),
    };
    this.stream = new TcpStream(stream);
    this.stream.on('error', () => undefined);
  }

  /** Sends something that may be lost, too; `position` counts from the first sequence number. */
  say(bits: number, data = none, position = this.#said): void {
    const segment = this.#segment(bits | flags.ack, position, data);
    this.#cross(() => this.stream.receive(segment));
  }

  /** What the stream sent that has data, of every copy. */
  get dataSegments(): readonly OutgoingSegment[] {
    return this.sent.filter(({ data }) => data.length > 0);
  }

  #carry(segment: OutgoingSegment): void {
    this.sent.push({ ...segment, data: Buffer.from(segment.data) });
    const kept = this.sent.at(-1) as OutgoingSegment;
    this.#cross(() => this.#hear(kept));
  }

  #cross(arrive: () => void): void {
    const { time, delayMs = 1, copies = () => 1, lateMs = () => 0 } = this.#options;
    for (let left = copies(this.#crossed); left > 0; left -= 1) {
      time.after(delayMs + lateMs(this.#crossed), arrive);
    }
    this.#crossed += 1;
  }

  #hear(segment: OutgoingSegment): void {
    if (!this.isThere) return;
    if (segment.flags & flags.rst) this.isReset = true;
    else if (segment.flags & flags.syn) this.#greet(segment);
    else this.#take(segment);
  }

  #greet({ sequence }: OutgoingSegment): void {
    if (this.#expected === 0) this.#first = sequence;
    this.#expected = Math.max(this.#expected, 1);
    this.say(0);
  }

  #take(segment: OutgoingSegment): void {
    const position = (segment.sequence - this.#first) | 0;
    const isLast = (segment.flags & flags.fin) !== 0;
    const length = segment.data.length + (isLast ? 1 : 0);
    if (position + length > this.#expected) this.#early.set(position, segment);
    this.#takeInTurn();
    // Also what says nothing, at a place that is past.
    if (length > 0 || position < this.#expected) this.say(0);
  }

  #takeInTurn(): void {
    for (const [position, { data, flags: bits }] of [...this.#early].sort(([a], [b]) => a - b)) {
      if (position > this.#expected) return;
      this.#early.delete(position);
      const fresh = data.subarray(this.#expected - position);
      this.received = Buffer.concat([this.received, fresh]);
      this.#expected = Math.max(this.#expected, position + data.length);
      if (!(bits & flags.fin) || this.#expected !== position + data.length) continue;
      this.#expected += 1;
      this.hasEnded = true;
    }
  }

  #segment(bits: number, position: number, data = none): TcpSegment {
    return {
      ...{ sourcePort: 40_000, destinationPort: 80 },
      sequence: (firstSequence + position) >>> 0,
      acknowledged: (this.#first + this.#expected) >>> 0,
      flags: bits,
      window: this.window,
      data,
    };
  }
}
