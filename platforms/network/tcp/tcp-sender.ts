/**
 * The sending half of a connection: what is sent, what is sent again, and when the peer is given up.
 * There is no selective acknowledgement (RFC 2018). A loss does not slow it down as RFC 5681 has it,
 * for here losses are made on purpose; silence does.
 */

import { Outbox } from './outbox.js';
import { RoundTrips, type TcpClock } from './tcp-timing.js';

export interface TcpSenderOptions {
  /** What the peer's first segment says. */
  readonly window: number;
  /** The most data of one segment. */
  readonly maxSegment: number;
  readonly clock: TcpClock;
  /** Positions are counted from the first sequence number. */
  readonly send: (flags: number, position: number, data: Buffer) => void;
  /** Called once, when the peer has said nothing for so long that it counts as gone. */
  readonly onGone: () => void;
}

/** What a peer may be silent while something is wanted of it; in the handshake, and after. */
const handshakeMs = 60_000;
export const patienceMs = 15 * 60_000;
/** An idle connection's peer is asked this often whether it is still there. */
export const keepAliveMs = 60_000;

const duplicatesOfLoss = 3;
const none = Buffer.alloc(0);

export class TcpSender {
  readonly #options: TcpSenderOptions;
  readonly #outbox = new Outbox();
  readonly #trips = new RoundTrips();
  #acknowledged = 0;
  #sent = 0;
  /** What may be acknowledged: also what was sent before it is sent again. */
  #mostSent = 0;
  #window: number;
  /** What may be on its way at once: all that the peer has room for, until there was silence. */
  #burst = 0xffff;
  #duplicates = 0;
  /** While not all of this has arrived, what is missing is sent again bit by bit (RFC 6582). */
  #recoverUntil = 0;
  #heardMs: number;
  #stopTimer: () => void = () => undefined;
  /** Whether the timer is for an answer, and not for an idle peer. */
  #isAwaiting = false;
  #isStopped = false;

  /** Answers the peer's first segment. */
  constructor(options: TcpSenderOptions) {
    this.#options = options;
    this.#window = options.window;
    this.#heardMs = options.clock.nowMs();
    this.#sendNext(0);
    this.#arm();
  }

  /** Everything before this position has arrived. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Whether all has arrived, and the peer knows that it is all. */
  get isOver(): boolean {
    return this.#outbox.isFinished && this.#acknowledged === this.#outbox.end;
  }

  /** Of segments that say nothing: the peer must have room for it, or it doesn't look at them. */
  get position(): number {
    return Math.min(this.#mostSent, this.#acknowledged + this.#window);
  }

  /** When the peer last said anything. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** `done` when it has arrived. */
  write(chunk: Buffer, done: () => void): void {
    this.#outbox.write(chunk, done);
    this.#sendMore();
  }

  /** `done` when all has arrived. */
  finish(done: () => void): void {
    this.#outbox.finish(done);
    this.#sendMore();
  }

  /** The peer is there. */
  hear(): void {
    this.#heardMs = this.#options.clock.nowMs();
  }

  /** The peer has everything before a position and room for `window` more; `isBare` without data. */
  acknowledge(position: number, window: number, isBare: boolean): void {
    if (position > this.#mostSent) return;
    const isNews = position > this.#acknowledged;
    const isSame = !isNews && isBare && window === this.#window;
    this.#duplicates = isSame && this.#isOnItsWay ? this.#duplicates + 1 : 0;
    if (this.#window === 0 && window > 0) this.#reopen();
    this.#window = window;
    if (isNews) this.#advance(position);
    if (this.#duplicates === duplicatesOfLoss) this.#recover();
    this.#sendMore();
  }

  /** The peer has not had the answer to its first segment. */
  repeatHandshake(): void {
    this.#sendAgain();
  }

  /** Nothing is sent any more. */
  stop(): void {
    this.#isStopped = true;
    this.#stopTimer();
  }

  get #isOnItsWay(): boolean {
    return this.#mostSent > this.#acknowledged;
  }

  get #isHandshake(): boolean {
    return this.#acknowledged === 0;
  }

  #advance(position: number): void {
    const { clock, maxSegment } = this.#options;
    this.#trips.acknowledged(position, clock.nowMs());
    this.#acknowledged = position;
    this.#sent = Math.max(this.#sent, position);
    this.#burst += maxSegment;
    // The next that is missing; what was sent after the last resort comes in turn.
    if (position < this.#recoverUntil && this.#sent > position) this.#sendAgain();
    this.#outbox.arrived(position);
    this.#arm();
  }

  /** One segment, not all that is on its way: the peer has most of it. */
  #recover(): void {
    if (this.#acknowledged < this.#recoverUntil) return;
    this.#recoverUntil = this.#mostSent;
    this.#sendAgain();
    this.#arm();
  }

  #reopen(): void {
    this.#trips.relieve();
    this.#isAwaiting = false;
  }

  #sendMore(): void {
    if (this.#isHandshake || this.#isStopped) return;
    const allowed = this.#acknowledged + Math.min(this.#window, this.#burst);
    const { end } = this.#outbox;
    while (this.#sent < Math.min(end, allowed)) this.#sendNext(allowed - this.#sent);
    if (!this.#isAwaiting) this.#arm();
  }

  #sendNext(most: number): void {
    const { maxSegment, clock } = this.#options;
    const isFirstTime = this.#sent === this.#mostSent;
    this.#sent += this.#sendAt(this.#sent, Math.min(maxSegment, most));
    this.#mostSent = Math.max(this.#mostSent, this.#sent);
    if (isFirstTime) this.#trips.sent(this.#sent, clock.nowMs());
  }

  #sendAgain(): void {
    this.#trips.repeated();
    this.#sendAt(this.#acknowledged, Math.min(this.#options.maxSegment, this.#window));
  }

  #sendAt(position: number, most: number): number {
    const { flags, data, length } = this.#outbox.at(position, most);
    this.#options.send(flags, position, data);
    return length;
  }

  #arm(): void {
    this.#stopTimer();
    // Who wrote what has arrived may have ended the connection on hearing of it.
    if (this.#isStopped) return;
    const { after } = this.#options.clock;
    this.#isAwaiting = this.#acknowledged < this.#outbox.end;
    const delayMs = this.#isAwaiting ? this.#trips.waitMs : this.#untilProbeMs;
    this.#stopTimer = after(delayMs, () => this.#expire());
  }

  get #silentMs(): number {
    return this.#options.clock.nowMs() - this.#heardMs;
  }

  get #untilProbeMs(): number {
    return this.#silentMs < keepAliveMs ? keepAliveMs - this.#silentMs : keepAliveMs;
  }

  #expire(): void {
    if (this.#silentMs >= (this.#isHandshake ? handshakeMs : patienceMs)) {
      this.#options.onGone();
      return;
    }
    if (this.#isAwaiting) this.#lastResort();
    else if (this.#silentMs >= keepAliveMs) this.#probe();
    this.#arm();
  }

  /** All that has not arrived counts as lost, and goes again, at first slowly (RFC 5681, 3.1). */
  #lastResort(): void {
    this.#trips.expired();
    if (this.#isHandshake) this.#sendAgain();
    else if (this.#window === 0) this.#probe();
    else {
      this.#trips.repeated();
      this.#sent = this.#acknowledged;
      this.#recoverUntil = this.#acknowledged;
      this.#duplicates = 0;
      this.#burst = this.#options.maxSegment;
      this.#sendMore();
    }
  }

  /** A position that has arrived says nothing, but is answered: with the room that there is. */
  #probe(): void {
    this.#options.send(0, this.#acknowledged - 1, none);
  }
}
