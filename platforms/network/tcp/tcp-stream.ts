/**
 * One TCP connection that a machine made to the switch, as a stream that servers of Node take. As
 * simple as the protocol allows: a window of 64 KiB, no selective acknowledgement, and after a loss
 * everything unacknowledged is sent again.
 */

import { randomInt } from 'node:crypto';
import { Duplex } from 'node:stream';
import { flags, type TcpSegment } from './tcp-segment.js';

/** What goes to the peer; the ports are the endpoint's business. */
export type OutgoingSegment = Omit<TcpSegment, 'sourcePort' | 'destinationPort'>;

export interface TcpStreamOptions {
  /** The peer's first segment. */
  readonly syn: TcpSegment;
  /** The most data that a segment of either direction carries. */
  readonly maxSegment: number;
  readonly transmit: (segment: OutgoingSegment) => void;
}

/** No window scaling: this is the most that a header can say. */
const mostUnread = 0xffff;
/** The wait before something is sent again, doubled each time. */
const firstRetryMs = 250;
const mostRetryMs = 4000;
const mostRetries = 12;
const duplicatesOfLoss = 3;
const none = Buffer.alloc(0);

export class TcpStream extends Duplex {
  readonly #options: TcpStreamOptions;
  readonly #first = randomInt(2 ** 32);
  readonly #maxSegment: number;
  /** Counted from the first sequence number; the handshake takes one. */
  #acknowledged = 0;
  #sent = 0;
  /** What may be acknowledged: also what was sent before it is sent again. */
  #mostSent = 0;
  /** What is being written, and where it begins. */
  #chunk: Buffer = none;
  #chunkStart = 1;
  #written: (() => void) | undefined;
  #finished: (() => void) | undefined;
  #received: number;
  #hasEnded = false;
  #window: number;
  /** The room that the peer was told of last. */
  #told = mostUnread;
  #duplicates = 0;
  #retries = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TcpStreamOptions) {
    super({ allowHalfOpen: true });
    const { syn, maxSegment } = options;
    this.#options = options;
    this.#maxSegment = Math.min(maxSegment, syn.maxSegment ?? 536);
    this.#received = (syn.sequence + 1) >>> 0;
    this.#window = syn.window;
    this.#send(flags.syn, none, 0);
    this.#sent = 1;
    this.#mostSent = 1;
    this.#wait();
  }

  /** Takes a segment of the peer. */
  receive(segment: TcpSegment): void {
    if (this.destroyed) return;
    if (segment.flags & flags.rst) {
      this.destroy();
      return;
    }
    if (segment.flags & flags.syn) {
      this.#repeat();
      return;
    }
    if (segment.flags & flags.ack) this.#takeAcknowledgement(segment);
    this.#takeData(segment);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // Nothing would ever acknowledge it.
    if (chunk.length === 0) {
      done();
      return;
    }
    this.#chunkStart = this.#end;
    this.#chunk = chunk;
    this.#written = done;
    this.#sendMore();
  }

  override _final(done: () => void): void {
    this.#finished = done;
    this.#sendMore();
  }

  override _read(): void {
    // What was taken from the stream makes room that the peer may be waiting for.
    const isWaiting = this.#told < mostUnread / 2 && this.#room >= mostUnread / 2;
    if (isWaiting && !this.#hasEnded) this.#send(0, none);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    const isOver = this.#hasEnded && this.#acknowledged > this.#end;
    if (!isOver) this.#send(flags.rst, none);
    done(error);
  }

  /** The position behind everything that was written. */
  get #end(): number {
    return this.#chunkStart + this.#chunk.length;
  }

  #takeAcknowledgement({ acknowledged, window, data }: TcpSegment): void {
    const news = (acknowledged - this.#sequence(this.#acknowledged)) >>> 0;
    if (news > this.#mostSent - this.#acknowledged) return;
    const isRepeated = news === 0 && data.length === 0 && window === this.#window;
    this.#window = window;
    this.#duplicates = isRepeated && this.#sent > this.#acknowledged ? this.#duplicates + 1 : 0;
    if (news > 0) this.#advance(news);
    if (this.#duplicates === duplicatesOfLoss) this.#repeat();
    else this.#sendMore();
  }

  #advance(count: number): void {
    this.#acknowledged += count;
    this.#sent = Math.max(this.#sent, this.#acknowledged);
    this.#retries = 0;
    this.#wait();
    if (this.#acknowledged < this.#end) return;
    const written = this.#written;
    this.#written = undefined;
    written?.();
    if (this.#acknowledged > this.#end) this.#finished?.();
  }

  #takeData({ sequence, data, flags: bits }: TcpSegment): void {
    const hasFin = (bits & flags.fin) !== 0;
    if (data.length === 0 && !hasFin) return;
    // How much of it was there before; below zero where something is missing.
    const known = (this.#received - sequence) | 0;
    const isNew = known >= 0 && known < data.length + (hasFin ? 1 : 0) && !this.#hasEnded;
    if (isNew && this.#room >= data.length - known) this.#accept(data.subarray(known), hasFin);
    this.#send(0, none);
  }

  #accept(data: Buffer, isLast: boolean): void {
    this.#received = (this.#received + data.length + (isLast ? 1 : 0)) >>> 0;
    // The bytes are the reader's, which uses them again.
    if (data.length > 0) this.push(Buffer.from(data));
    if (!isLast) return;
    this.#hasEnded = true;
    this.push(null);
  }

  get #room(): number {
    return Math.max(0, mostUnread - this.readableLength);
  }

  /** `probes` sends one byte into a window that is closed, to learn whether it still is. */
  #sendMore(probes = false): void {
    const allowed = this.#acknowledged + Math.max(this.#window, probes ? 1 : 0);
    while (this.#sent < this.#end && this.#sent < allowed) {
      const from = this.#sent - this.#chunkStart;
      const length = Math.min(this.#maxSegment, allowed - this.#sent);
      const data = this.#chunk.subarray(from, from + length);
      this.#send(flags.psh, data);
      this.#sent += data.length;
    }
    if (this.#finished && this.#sent === this.#end) {
      this.#send(flags.fin, none);
      this.#sent += 1;
    }
    this.#mostSent = Math.max(this.#mostSent, this.#sent);
    if (!this.#timer) this.#wait();
  }

  #repeat(): void {
    this.#duplicates = 0;
    this.#sent = this.#acknowledged;
    if (this.#sent === 0) {
      this.#send(flags.syn, none, 0);
      this.#sent = 1;
    } else this.#sendMore(true);
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const isOpen =
      this.#acknowledged < this.#end || (this.#finished && this.#acknowledged === this.#end);
    if (!isOpen || this.destroyed) return;
    const delayMs = Math.min(firstRetryMs * 2 ** this.#retries, mostRetryMs);
    this.#timer = setTimeout(() => this.#retry(), delayMs);
  }

  #retry(): void {
    this.#retries += 1;
    if (this.#retries > mostRetries) this.destroy();
    else this.#repeat();
  }

  #sequence(position: number): number {
    return (this.#first + position) >>> 0;
  }

  #send(bits: number, data: Buffer, position = this.#sent): void {
    this.#told = this.#room;
    this.#options.transmit({
      sequence: this.#sequence(position),
      acknowledged: this.#received,
      flags: bits | flags.ack,
      window: this.#told,
      ...(bits & flags.syn && { maxSegment: this.#options.maxSegment }),
      data,
    });
  }
}
