/**
 * Contents as a `data:` URL: percent-encoded, base64, or gzip and base64, whichever is shortest.
 */

import { gzipSync } from 'node:zlib';

/** A `data:` URL and how its data are compressed. */
export interface EncodedData {
  readonly source: string;
  readonly compression: '' | 'gzip';
}

/** Encodes contents; what the user says is compressed already isn't compressed again. */
export function encodeData(contents: Uint8Array, isCompressed = false): EncodedData {
  const escaped = 1 + escapedLength(contents);
  const encoded = ';base64,'.length + base64Length(contents.length);
  const plain = Math.min(escaped, encoded);
  const packed = isCompressed ? undefined : gzipSync(contents, { level: 9 });
  const gzip = ';base64,'.length + base64Length(packed?.length ?? 0) + 'gzip'.length;
  if (packed && gzip < plain) return { source: base64Url(packed), compression: 'gzip' };
  const source = encoded < escaped ? base64Url(contents) : `data:,${percentEncode(contents)}`;
  return { source, compression: '' };
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

function escapedLength(bytes: Uint8Array): number {
  let length = bytes.length * 3;
  for (const byte of bytes) length -= 2 * (unreserved[byte] ?? 0);
  return length;
}

function percentEncode(bytes: Uint8Array): string {
  return Array.from(bytes, escapeByte).join('');
}

function escapeByte(byte: number): string {
  if (unreserved[byte]) return String.fromCharCode(byte);
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
