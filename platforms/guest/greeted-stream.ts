/**
 * The beginning of an SSH connection, held by others than those who go on with it: a server is
 * greeted once, and what it answered is told to each client that takes over. Both sides' first words
 * are the same for all of them; what is secret begins after them (RFC 4253, sections 4.2 and 7.1).
 */

import { Duplex } from 'node:stream';

/** The software version by which the harness's clients name themselves. */
export const clientName = 'Switchyard';

/** What those clients send first. */
const greeting = Buffer.from(`SSH-2.0-${clientName}\r\n`);

/** The first message of a key exchange. */
const messageKexInit = 20;

/** A greeting that is no longer than this, or none: KEXINIT is a list of names. */
const mostBytes = 16_384;

/**
 * Greets the server and returns all that it says until it waits for the client's part of the key
 * exchange. Throws when it ends, or says something else.
 */
export async function greetServer(socket: Duplex): Promise<Buffer> {
  socket.write(greeting);
  let said = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    said = Buffer.concat([said, chunk as Buffer]);
    if (isWhole(said)) return said;
    if (said.length > mostBytes) break;
  }
  throw new Error('the server did not begin as SSH servers do');
}

/** The line of its name, and one packet: its length, that of its padding, its message. */
function isWhole(said: Buffer): boolean {
  const start = said.indexOf('\n') + 1;
  if (start === 0 || said.length < start + 6) return false;
  if (said[start + 5] !== messageKexInit) return false;
  return said.length >= start + 4 + said.readUInt32BE(start);
}

/**
 * The same connection as a client finds it that thinks it is the first to speak. The socket stays its
 * owner's: what QEMU forwards to a character device tells neither side that the other has hung up, so
 * that the client's own message of its end (RFC 4253, section 11.1) has to come through.
 */
export class GreetedStream extends Duplex {
  readonly #socket: Duplex;
  #unsent = greeting.length;

  /** `answer` is what {@link greetServer} returned. */
  constructor(socket: Duplex, answer: Buffer) {
    super();
    this.#socket = socket;
    this.push(answer);
    socket.on('data', (chunk: Buffer) => {
      if (!this.destroyed && !this.push(chunk)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  /** The client's greeting has been said. */
  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const rest = chunk.subarray(this.#unsent);
    this.#unsent -= chunk.length - rest.length;
    if (rest.length === 0) done();
    else this.#socket.write(rest, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // What the server still says is for nobody.
    this.#socket.resume();
    done(error);
  }
}
