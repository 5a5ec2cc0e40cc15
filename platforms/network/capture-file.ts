/**
 * The packets of a segment as a pcapng file (draft-ietf-opsawg-pcapng), for Wireshark and tcpdump.
 * Bounded: when it is full, the beginning makes room, by halves.
 */

import { createWriteStream, openSync, renameSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** Headers tell what went on; whole payloads would fill the disk. */
const snapLength = 256;
const linkTypeEthernet = 1;
/** What may wait for the disk; the rest is left out. */
export const mostUnwrittenBytes = 4 * 1024 * 1024;

export interface CaptureOptions {
  readonly file: string;
  /** The segment's name. */
  readonly name: string;
  /** Of the file and the half before it together. */
  readonly limitBytes: number;
}

/**
 * `file` holds the newest packets; `file` with `.before` those before, if there were so many. Packets are
 * those that came to the segment: what a link takes on its way there is not among them, and what one
 * takes by chance on its way from there is.
 */
export class CaptureFile {
  readonly #options: CaptureOptions;
  /** From then on by a clock that nobody sets. */
  readonly #startedMs = Date.now() - performance.now();
  #stream: WriteStream | undefined;
  #before: WriteStream | undefined;
  #written = 0;
  /** Since the last packet that was written; since the file began. */
  #leftOut = 0;
  #leftOutOfFile = 0;

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.#stream = this.#begin();
  }

  /**
   * What the disk does not take in time is left out, and the next packet tells how many were. `keptOut`
   * are those that don't get it, with the reason; a comment of the packet.
   */
  write(frame: Buffer, keptOut: readonly string[] = []): void {
    if (this.#unwrittenBytes() > mostUnwrittenBytes) {
      this.#leftOut += 1;
      this.#leftOutOfFile += 1;
      return;
    }
    const block = packetBlock(frame, this.#nowMs(), optionsOf(keptOut, this.#leftOut));
    const limit = this.#options.limitBytes / 2 - statisticsBytes;
    if (this.#written + block.length > limit) this.#turn();
    this.#leftOut = 0;
    this.#stream?.write(block);
    this.#written += block.length;
  }

  async close(): Promise<void> {
    this.#end();
    const streams = [this.#before, this.#stream].flatMap((stream) => stream ?? []);
    await Promise.all(streams.map((stream) => finished(stream).catch(() => undefined)));
  }

  #unwrittenBytes(): number {
    return (this.#before?.writableLength ?? 0) + (this.#stream?.writableLength ?? 0);
  }

  /** At once, so that what comes next has its place; undefined where the disk has none. */
  #begin(): WriteStream | undefined {
    const { file, name } = this.#options;
    const head = Buffer.concat([sectionHeader(), interfaceBlock(name)]);
    this.#written = head.length;
    this.#leftOutOfFile = 0;
    try {
      const stream = createWriteStream(file, { fd: openSync(file, 'w') });
      // A disk that is full is noticed by the run; what is captured is only an aid.
      stream.on('error', () => stream.destroy());
      stream.write(head);
      return stream;
    } catch {
      return undefined;
    }
  }

  #end(): void {
    this.#stream?.end(statisticsBlock(this.#nowMs(), this.#leftOutOfFile));
  }

  #nowMs(): number {
    return this.#startedMs + performance.now();
  }

  /** The old file goes on being written under its new name. */
  #turn(): void {
    this.#end();
    this.#before = this.#stream;
    const { file } = this.#options;
    try {
      renameSync(file, `${file}.before`);
    } catch {
      // Somebody took it away; what comes next goes into a new one.
    }
    this.#stream = this.#begin();
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

/** opt_comment where somebody was kept from the packet, epb_dropcount where some were left out before. */
function optionsOf(keptOut: readonly string[], leftOut: number): Buffer {
  if (keptOut.length === 0 && leftOut === 0) return Buffer.alloc(0);
  const comment = Buffer.from(`not delivered to ${keptOut.join(', ')}`);
  return Buffer.concat([
    ...(keptOut.length > 0 ? [option(1, comment)] : []),
    leftOut > 0 ? countOption(4, leftOut) : endOfOptions,
  ]);
}

function packetBlock(frame: Buffer, nowMs: number, options: Buffer): Buffer {
  const kept = Math.min(frame.length, snapLength);
  const padded = Math.ceil(kept / 4) * 4;
  const body = Buffer.alloc(20 + padded + options.length);
  writeTime(body, nowMs);
  body.writeUInt32LE(kept, 12);
  body.writeUInt32LE(frame.length, 16);
  frame.copy(body, 20, 0, kept);
  options.copy(body, 20 + padded);
  return block(6, body);
}

/** With the option isb_ifdrop: how many packets are not in the file. */
function statisticsBlock(nowMs: number, leftOut: number): Buffer {
  const body = Buffer.concat([Buffer.alloc(12), countOption(5, leftOut)]);
  writeTime(body, nowMs);
  return block(5, body);
}

const statisticsBytes = statisticsBlock(0, 0).length;

/** Behind the number of the interface, which is 0. */
function writeTime(body: Buffer, nowMs: number): void {
  const microseconds = BigInt(Math.round(nowMs * 1000));
  body.writeUInt32LE(Number(microseconds >> 32n), 4);
  body.writeUInt32LE(Number(microseconds & 0xffffffffn), 8);
}

const endOfOptions = Buffer.alloc(4);

/** Padded to 32 bits. */
function option(code: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt16LE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

/** An option of 64 bits, and the end of options. */
function countOption(code: number, count: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt16LE(8, 2);
  bytes.writeBigUInt64LE(BigInt(count), 4);
  return bytes;
}
