/**
 * Bytes as text, as Go writes them into JSON: each byte that is no UTF-8 is replaced by itself, where
 * Node replaces the beginning of a character at once.
 */

const character = [
  '[\\x00-\\x7f]+',
  '[\\xc2-\\xdf][\\x80-\\xbf]',
  '\\xe0[\\xa0-\\xbf][\\x80-\\xbf]',
  '\\xed[\\x80-\\x9f][\\x80-\\xbf]',
  '[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}',
  '\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}',
  '[\\xf1-\\xf3][\\x80-\\xbf]{3}',
  '\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}',
].join('|');

/** A character, or a byte that is none. */
const pieces = new RegExp(`(${character})|[^]`, 'g');

/** The text that some bytes are. */
export function decodeText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString();
  if (!text.includes('\ufffd')) return text;
  const mended = buffer
    .toString('latin1')
    .replaceAll(pieces, (piece, valid?: string) => (valid === undefined ? '\xef\xbf\xbd' : piece));
  return Buffer.from(mended, 'latin1').toString();
}
