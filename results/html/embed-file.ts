/**
 * A log as it is put into the HTML report: compressed, and cut in the middle when it is long, since
 * the beginning and the end of a machine's life are what one looks for.
 */

import { statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { journalText } from '../journal-entries.js';
import { plainText } from '../reporters/plain-text.js';
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
  const leftOut = isCut ? 'middle' : 'nothing';
  return { base64: compress(shownOf(path, parts)).toString('base64'), sizeBytes, leftOut };
}

/** A terminal and a picture need the bytes as they are; all else is text, and must do no harm as such. */
function shownOf(path: string, parts: readonly Buffer[]): string | Buffer {
  if (/(?:console\.log|\.png)$/.test(path)) return Buffer.concat(parts);
  const texts = path.endsWith('journal.jsonl')
    ? parts.map(journalOf)
    : [Buffer.concat(parts).toString()];
  return plainText(path.endsWith('.json') ? indented(texts.join('')) : texts.join(''));
}

/**
 * A journal's fields are for programs; this is what a person reads. The notice between two ends stays,
 * as does a file that is no journal.
 */
function journalOf(part: Buffer): string {
  const text = part.toString();
  return journalText(text) || text;
}

/** For people. What JSON hides behind escapes is there afterwards, and is made safe with the rest. */
function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), undefined, 2);
  } catch {
    return json;
  }
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
