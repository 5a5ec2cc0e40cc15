/**
 * The packets of a segment as a pcapng file (draft-ietf-opsawg-pcapng), for Wireshark and tcpdump.
 * Bounded: when it is full, the beginning makes room, by halves.
 */

import { createWriteStream, type WriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { finished } from 'node:stream/promises';

/** Headers tell what went on; whole payloads would fill the disk. */
const snapLength = 256;
const linkTypeEthernet = 1;
/** What may wait for the disk; the rest is left out. */
const mostUnwrittenBytes = 4 * 1024 * 1024;

export interface CaptureOptions {
  readonly file: string;
  /** The segment's name. */
  readonly name: string;
  /** Of the file and the half before it together. */
  readonly limitBytes: number;
}

/** `file` holds the newest packets; `file` with `.before` those before, if there were so many. */
export class CaptureFile {
  readonly #options: CaptureOptions;
  #stream: WriteStream;
  #written = 0;
  #turning = false;

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.#stream = this.#begin();
  }

  write(frame: Buffer): void {
    if (this.#turning || this.#stream.writableLength > mostUnwrittenBytes) return;
    const block = packetBlock(frame, Date.now());
    this.#stream.write(block);
    this.#written += block.length;
    if (this.#written > this.#options.limitBytes / 2) void this.#turn();
  }

  async close(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream).catch(() => undefined);
  }

  #begin(): WriteStream {
    const stream = createWriteStream(this.#options.file);
    // A disk that is full is noticed by the run; what is captured is only an aid.
    stream.on('error', () => stream.destroy());
    const head = Buffer.concat([sectionHeader(), interfaceBlock(this.#options.name)]);
    stream.write(head);
    this.#written = head.length;
    return stream;
  }

  async #turn(): Promise<void> {
    this.#turning = true;
    await this.close();
    const { file } = this.#options;
    await rename(file, `${file}.before`).catch(() => undefined);
    this.#stream = this.#begin();
    this.#turning = false;
  }
}

/** Type, length, body padded to 32 bits, length again; in this machine's byte order or any. */
function block(type: number, body: Buffer): Buffer {
  const padded = Math.ceil(body.length / 4) * 4;
  const bytes = Buffer.alloc(12 + padded);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(bytes.length, 4);
  body.copy(bytes, 8);
  bytes.writeUInt32LE(bytes.length, 8 + padded);
  return bytes;
}

function sectionHeader(): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(0x1a2b3c4d, 0);
  body.writeUInt16LE(1, 4);
  // Of unknown length.
  body.fill(0xff, 8);
  return block(0x0a0d0d0a, body);
}

/** With the option if_name; times are in microseconds, the format's default. */
function interfaceBlock(name: string): Buffer {
  const text = Buffer.from(name);
  const body = Buffer.alloc(8 + 4 + Math.ceil(text.length / 4) * 4 + 4);
  body.writeUInt16LE(linkTypeEthernet, 0);
  body.writeUInt32LE(snapLength, 4);
  body.writeUInt16LE(2, 8);
  body.writeUInt16LE(text.length, 10);
  text.copy(body, 12);
  return block(1, body);
}

function packetBlock(frame: Buffer, nowMs: number): Buffer {
  const kept = Math.min(frame.length, snapLength);
  const body = Buffer.alloc(20 + kept);
  const microseconds = BigInt(nowMs) * 1000n;
  body.writeUInt32LE(Number(microseconds >> 32n), 4);
  body.writeUInt32LE(Number(microseconds & 0xffffffffn), 8);
  body.writeUInt32LE(kept, 12);
  body.writeUInt32LE(frame.length, 16);
  frame.copy(body, 20, 0, kept);
  return block(6, body);
}
