/**
 * JSON with one way to write each value, so that the digest of a value is the same wherever it is
 * computed. Keys in the order of their UTF-16 code units and numbers as ECMAScript writes them, which
 * is RFC 8785.
 */

import { createHash } from 'node:crypto';

/** Throws RangeError for what JSON can't say: NaN, functions, cycles end in a stack overflow. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) return objectJson(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${value}`);
  const text = JSON.stringify(value);
  if (text === undefined) throw new RangeError(`JSON has no ${typeof value}`);
  return text;
}

function objectJson(value: object): string {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = sorted.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

/** Lower-case hexadecimal SHA-256 of a text or of bytes. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The digest of a value: SHA-256 of its canonical JSON. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}
