/**
 * Makes text that came from a guest safe to show: what a machine under test prints must not move a
 * terminal's cursor, hide a line, or break the syntax of a report.
 */

import { stripVTControlCharacters } from 'node:util';

/** C0 but tab and line feed, DEL, C1, and the marks that reorder text (Unicode TR 36, 3.2). */
const unsafe = /[^\P{Cc}\t\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;
/** Lone halves of surrogate pairs and noncharacters, which XML 1.0 (section 2.2) forbids. */
const notXml = /\p{Surrogate}|[\ufffe\uffff]/gu;

/** Nearly all lines of nearly all logs, a console's with its end; far cheaper to see than to make safe. */
const safe = /^[\t\n\x20-\x7e]*\r?$/;

/** Without terminal escapes, control and reordering characters; keeps tabs and line feeds. */
export function plainText(text: string): string {
  if (safe.test(text)) return text.endsWith('\r') ? text.slice(0, -1) : text;
  return stripVTControlCharacters(text.replaceAll('\r\n', '\n'))
    .replaceAll(unsafe, '')
    .replaceAll(notXml, '\ufffd');
}

/**
 * On one line, with line breaks, tabs and long rows of blanks as one space, cut with `…` at `limit`
 * characters. A boot loader fills its lines with blanks; a kernel's times have a few.
 */
export function oneLine(text: string, limit = 400): string {
  const plain = plainText(text).trim();
  return truncate(plain.replaceAll(/ *[\n\t]\s*| {8,}/g, ' '), limit);
}

/** Cut with `…` so that it has at most `limit` characters. */
export function truncate(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const characters = [...text];
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`;
}

/** The first `limitBytes` bytes of UTF-8, on a whole character, with a last line that says so. */
export function truncateBytes(text: string, limitBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limitBytes) return text;
  const last = `\n… cut, ${bytes.length} bytes in all`;
  const kept = bytes.subarray(0, limitBytes - Buffer.byteLength(last)).toString('utf8');
  return `${kept.replace(/\ufffd+$/, '')}${last}`;
}
