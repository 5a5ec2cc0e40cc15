/**
 * One connection for several clients, one after the other: each finds it as if it were the first to
 * speak, and none of them ends it.
 */

import { Duplex } from 'node:stream';

/** What was said before a client came. */
export interface Past {
  /** By the server, in base64. */
  readonly said: string;
  /** By the client before; how many bytes. */
  readonly heardBytes: number;
}

/**
 * A socket as a client of its own. It stays its owner's: what QEMU forwards to a character device tells
 * neither side that the other has hung up, so that the client's own message of its end (RFC 4253,
 * section 11.1) has to come through.
 */
export class LentStream extends Duplex {
  readonly #socket: Duplex;

  constructor(socket: Duplex) {
    super();
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      if (!this.destroyed && !this.hear(chunk)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** What the server says; false when the client has enough for now. */
  protected hear(chunk: Buffer): boolean {
    return this.push(chunk);
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (chunk.length === 0) done();
    else this.#socket.write(chunk, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // What the server still says is for nobody.
    this.#socket.resume();
    done(error);
  }
}

/** Remembers what is said by either side, for as long as it is nobody's but the first client's. */
export class RememberedStream extends LentStream {
  readonly #said: Buffer[] = [];
  #heardBytes = 0;

  /** Until now. */
  get past(): Past {
    return { said: Buffer.concat(this.#said).toString('base64'), heardBytes: this.#heardBytes };
  }

  protected override hear(chunk: Buffer): boolean {
    // A copy: ssh2 decrypts where it reads.
    this.#said.push(Buffer.from(chunk));
    return super.hear(chunk);
  }

  override _write(chunk: Buffer, encoding: string, done: (error?: Error | null) => void): void {
    this.#heardBytes += chunk.length;
    super._write(chunk, encoding, done);
  }
}

/** The same connection as a client finds it that thinks it is the first to speak. */
export class CarriedStream extends LentStream {
  #unsent: number;

  constructor(socket: Duplex, { said, heardBytes }: Past) {
    super(socket);
    this.#unsent = heardBytes;
    this.push(Buffer.from(said, 'base64'));
  }

  /** What the server has heard is not said again. */
  override _write(chunk: Buffer, encoding: string, done: (error?: Error | null) => void): void {
    const rest = chunk.subarray(this.#unsent);
    this.#unsent -= chunk.length - rest.length;
    super._write(rest, encoding, done);
  }
}
