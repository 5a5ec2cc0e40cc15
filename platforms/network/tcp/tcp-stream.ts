/**
 * One TCP connection that a machine made to the switch, as a stream that servers of Node take. As
 * simple as the protocol allows: a window of 64 KiB, and no options but the size of segments.
 */

import { randomInt } from 'node:crypto';
import { Duplex } from 'node:stream';
import { TcpReceiver } from './tcp-receiver.js';
import { flags, type TcpSegment } from './tcp-segment.js';
import { TcpSender } from './tcp-sender.js';
import { hostClock, type TcpClock } from './tcp-timing.js';

/** What goes to the peer; the ports are the endpoint's business. */
export type OutgoingSegment = Omit<TcpSegment, 'sourcePort' | 'destinationPort'>;

export interface TcpStreamOptions {
  /** The peer's first segment. */
  readonly syn: TcpSegment;
  /** The most data that a segment of either direction carries. */
  readonly maxSegment: number;
  readonly transmit: (segment: OutgoingSegment) => void;
  /** By default the host's. */
  readonly clock?: TcpClock;
}

/** No window scaling: this is the most that a header can say. */
const mostUnread = 0xffff;
/** Much below it, so that a reader is asked for more, and the peer is told, while there is room. */
const readableHighWaterMark = 16 * 1024;
/** Of a peer that names no size (RFC 9293, 3.7.1), and the least that is sent to one that does. */
const segmentSizes = { default: 536, least: 64 } as const;
const none = Buffer.alloc(0);

export class TcpStream extends Duplex {
  readonly #options: TcpStreamOptions;
  readonly #first = randomInt(2 ** 32);
  /** Of what the peer sends. */
  readonly #maxSegment: number;
  readonly #receiver: TcpReceiver;
  readonly #sender: TcpSender;
  /** The room that the peer was told of last. */
  #told = mostUnread;

  /** Destroyed without an error when the peer resets it, or has been silent for a quarter of an hour. */
  constructor(options: TcpStreamOptions) {
    super({ allowHalfOpen: true, readableHighWaterMark });
    const { syn, maxSegment, clock = hostClock } = options;
    this.#options = options;
    this.#maxSegment = Math.max(maxSegment, segmentSizes.least);
    this.#receiver = new TcpReceiver({
      sequence: (syn.sequence + 1) >>> 0,
      room: () => this.#room,
      take: (data) => void this.push(data),
    });
    const wanted = syn.maxSegment ?? segmentSizes.default;
    this.#sender = new TcpSender({
      window: syn.window,
      maxSegment: Math.min(this.#maxSegment, Math.max(wanted, segmentSizes.least)),
      clock,
      send: (bits, position, data) => this.#send(bits, position, data),
      onGone: () => this.destroy(),
    });
  }

  /** When the peer last said anything, by the connection's clock. */
  get heardMs(): number {
    return this.#sender.heardMs;
  }

  /** Takes a segment of the peer. */
  receive(segment: TcpSegment): void {
    if (this.destroyed) return;
    this.#sender.hear();
    if (segment.flags & flags.rst) {
      this.destroy();
      return;
    }
    if (segment.flags & flags.syn) {
      this.#answerHandshake();
      return;
    }
    if (segment.flags & flags.ack) this.#takeAcknowledgement(segment);
    if (this.#receiver.receive(segment)) this.#acknowledge();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // Nothing would ever acknowledge what is empty.
    if (chunk.length === 0) done();
    else this.#sender.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#sender.finish(done);
  }

  override _read(): void {
    // Called before what is read is gone from the stream.
    process.nextTick(() => this.#tellRoom());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#sender.stop();
    const isOver = this.#receiver.hasEnded && this.#sender.isOver;
    if (!isOver) this.#send(flags.rst, this.#sender.position, none);
    done(error);
  }

  get #room(): number {
    return Math.max(0, mostUnread - this.readableLength);
  }

  /** What was taken from the stream makes room that the peer may be waiting for. */
  #tellRoom(): void {
    const isWaiting = this.#told < mostUnread / 2 && this.#room >= mostUnread / 2;
    if (isWaiting && !this.#receiver.hasEnded && !this.destroyed) this.#acknowledge();
  }

  /** A machine that has started anew ends the connection by its answer (RFC 5961, 4). */
  #answerHandshake(): void {
    if (this.#sender.acknowledged === 0) this.#sender.repeatHandshake();
    else this.#acknowledge();
  }

  #takeAcknowledgement({ acknowledged, window, data, flags: bits }: TcpSegment): void {
    const before = this.#sender.acknowledged;
    const news = (acknowledged - this.#sequence(before)) >>> 0;
    const isBare = data.length === 0 && (bits & flags.fin) === 0;
    this.#sender.acknowledge(before + news, window, isBare);
  }

  #acknowledge(): void {
    this.#send(0, this.#sender.position, none);
  }

  #sequence(position: number): number {
    return (this.#first + position) >>> 0;
  }

  #send(bits: number, position: number, data: Buffer): void {
    this.#told = this.#room;
    this.#options.transmit({
      sequence: this.#sequence(position),
      acknowledged: this.#receiver.expected,
      flags: bits | flags.ack,
      window: this.#told,
      ...(bits & flags.syn && { maxSegment: this.#maxSegment }),
      data,
    });
  }
}
