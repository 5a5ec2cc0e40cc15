/**
 * What one end of a connection has to say, by position: the handshake is at 0, what is written begins
 * at 1, and behind it, once it is known, the end.
 */

import { flags } from './tcp-segment.js';

/** What a segment says. */
export interface Saying {
  readonly flags: number;
  readonly data: Buffer;
  /** Positions that it takes. */
  readonly length: number;
}

const none = Buffer.alloc(0);

export class Outbox {
  #chunk: Buffer = none;
  #chunkStart = 1;
  #written: (() => void) | undefined;
  #finished: (() => void) | undefined;

  /** Behind all that there is to say. */
  get end(): number {
    return this.#dataEnd + (this.#finished ? 1 : 0);
  }

  /** Whether nothing more will be written. */
  get isFinished(): boolean {
    return this.#finished !== undefined;
  }

  /** `done` when it has arrived; not before that comes the next. Not empty. */
  write(chunk: Buffer, done: () => void): void {
    this.#chunkStart = this.#dataEnd;
    this.#chunk = chunk;
    this.#written = done;
  }

  /** `done` when all has arrived. */
  finish(done: () => void): void {
    this.#finished = done;
  }

  /** What begins at a position before the end, no more than so many bytes of it. */
  at(position: number, most: number): Saying {
    if (position === 0) return { flags: flags.syn, data: none, length: 1 };
    if (position === this.#dataEnd) return { flags: flags.fin, data: none, length: 1 };
    const from = position - this.#chunkStart;
    const data = this.#chunk.subarray(from, from + most);
    return { flags: flags.psh, data, length: data.length };
  }

  /** Everything before a position has arrived. */
  arrived(position: number): void {
    if (position < this.#dataEnd) return;
    const written = this.#written;
    this.#written = undefined;
    written?.();
    if (position > this.#dataEnd) this.#finished?.();
  }

  get #dataEnd(): number {
    return this.#chunkStart + this.#chunk.length;
  }
}
