/**
 * Contents as a `data:` URL: percent-encoded, base64, or gzip and base64, whichever is shortest.
 */

import { gzipSync } from 'node:zlib';
import { gzipLength, oneBlock } from './gzip-length.js';

/** A `data:` URL and how its data are compressed. */
export interface EncodedData {
  readonly source: string;
  readonly compression: '' | 'gzip';
}

/**
 * Encodes contents; what the user says is compressed already isn't compressed again. Gzip works at
 * its usual level: the highest takes more than twice as long, for configuration files of one size.
 */
export function encodeData(contents: Uint8Array, isCompressed = false): EncodedData {
  const inEscapes = escapedLength(contents);
  const escaped = ','.length + inEscapes;
  const encoded = ';base64,'.length + base64Length(contents.length);
  const plain = Math.min(escaped, encoded);
  const packed = isCompressed ? undefined : gzipSync(contents);
  if (packed && pays(contents, packed, plain)) {
    return { source: base64Url(packed), compression: 'gzip' };
  }
  if (encoded < escaped) return { source: base64Url(contents), compression: '' };
  return { source: `data:,${percentEncode(contents, inEscapes)}`, compression: '' };
}

/** Go's writer ends with an empty block that zlib does without. */
const emptyBlock = 5;

/**
 * Whether gzip is shorter than the `plain` length, as the original packs: it finds other matches than
 * zlib does. That costs time, and is looked at only where it may decide.
 */
function pays(contents: Uint8Array, packed: Uint8Array, plain: number): boolean {
  const length = gzipUrlLength(packed.length + emptyBlock);
  const isClose = Math.abs(length - plain) < plain / 4;
  if (!isClose || contents.length >= oneBlock) return length < plain;
  return gzipUrlLength(gzipLength(contents)) < plain;
}

function gzipUrlLength(bytes: number): number {
  return ';base64,'.length + base64Length(bytes) + 'gzip'.length;
}

function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

function base64Url(bytes: Uint8Array): string {
  return `data:;base64,${Buffer.from(bytes).toString('base64')}`;
}

/** The bytes that need no escape: RFC 2396's unreserved characters. */
const unreserved = new Uint8Array(256);
for (const byte of Buffer.from("-_.!~*'()")) unreserved[byte] = 1;
for (const byte of Buffer.from('abcdefghijklmnopqrstuvwxyz')) {
  unreserved[byte] = 1;
  unreserved[byte - 0x20] = 1;
}
for (const byte of Buffer.from('0123456789')) unreserved[byte] = 1;

/** By index: iterators cost many times as much, and this looks at every byte of a config. */
function escapedLength(bytes: Uint8Array): number {
  let plain = 0;
  for (let at = 0; at < bytes.length; at += 1) plain += unreserved[bytes[at] as number] as number;
  return bytes.length * 3 - plain * 2;
}

const percent = 0x25;
const hexDigits = Buffer.from('0123456789ABCDEF');

function percentEncode(bytes: Uint8Array, length: number): string {
  const text = Buffer.allocUnsafe(length);
  let end = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (unreserved[byte]) {
      text[end++] = byte;
    } else {
      text[end++] = percent;
      text[end++] = hexDigits[byte >> 4] as number;
      text[end++] = hexDigits[byte & 15] as number;
    }
  }
  return text.toString('latin1', 0, end);
}
