/**
 * A log as it is put into the HTML report: compressed, and cut in the middle when it is long, since
 * the beginning and the end of a machine's life are what one looks for.
 */

import { statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { journalText } from '../journal-entries.js';
import { packetText } from './packet-text.js';
import type { LeftOut } from './page-data.js';
import { readCapture } from './read-capture.js';
import { readPart } from './read-files.js';

/** Of logs half the time of zlib's usual level for a twentieth more bytes. */
const level = 3;
/** Most files come out as one piece. */
const chunkSize = 128 * 1024;

/** The thread has nothing else to do meanwhile. */
function compress(bytes: string | Buffer): Buffer {
  return gzipSync(bytes, { level, chunkSize });
}

/** How much of a file is embedded at most: the first and the last bytes. */
export interface EmbedLimits {
  readonly headBytes: number;
  readonly tailBytes: number;
}

/** An embedded file's contents. */
export interface Embedded {
  readonly base64: string;
  readonly sizeBytes: number;
  readonly leftOut: LeftOut;
}

/** A text as the page unpacks it. */
export function embedText(text: string): string {
  return compress(text).toString('base64');
}

/** Reads and compresses a file; undefined when it is empty or not there. */
export function embedFile(path: string, limits: EmbedLimits): Embedded | undefined {
  const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (sizeBytes === 0) return undefined;
  if (/\.pcap(?:ng)?(?:\.before)?$/.test(path)) return embedCapture(path, sizeBytes);
  // Half a picture is none.
  if (path.endsWith('.png') && sizeBytes > pictureBytes) return undefined;
  const isCut = sizeBytes > limits.headBytes + limits.tailBytes;
  const parts = isCut ? readEnds(path, sizeBytes, limits) : [readPart(path, 0, sizeBytes)];
  const bytes = path.endsWith('journal.jsonl') ? journalOf(parts) : Buffer.concat(parts);
  const leftOut = isCut ? 'middle' : 'nothing';
  return { base64: compress(bytes).toString('base64'), sizeBytes, leftOut };
}

/** A journal's fields are for programs; the page shows what a person reads of an entry. */
function journalOf(parts: readonly Buffer[]): Buffer {
  const texts = parts.map((part) => part.toString());
  return Buffer.from(texts.map((text) => journalText(text) || plain(text)).join(''));
}

/** The notice between two ends, and a file that is no journal. */
function plain(text: string): string {
  return text.replace('\u001b[0m', '');
}

const pictureBytes = 4 * 1024 * 1024;

/** Packets become text, since the page has no use for the bytes; those before a failure matter most. */
const captureLimits: EmbedLimits = { headBytes: 1024 * 1024, tailBytes: 3 * 1024 * 1024 };

function embedCapture(path: string, sizeBytes: number): Embedded | undefined {
  const part = readCapture(path, captureLimits);
  if (part === undefined) return undefined;
  const cut = part.last.length > 0 ? 'middle' : 'end';
  const leftOut = part.leftOutBytes === 0 ? 'nothing' : cut;
  return { base64: embedText(packetText(part)), sizeBytes, leftOut };
}

function readEnds(path: string, size: number, limits: EmbedLimits): Buffer[] {
  const { headBytes, tailBytes } = limits;
  const head = readPart(path, 0, headBytes);
  const tail = readPart(path, size - tailBytes, tailBytes);
  const notice = `\r\n\u001b[0m[… ${size - headBytes - tailBytes} bytes are only in the run's directory …]\r\n`;
  return [head, Buffer.from(notice), tail];
}
