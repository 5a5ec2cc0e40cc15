/**
 * Where a line is in the bytes of a console log, whatever escapes stand in it.
 */

import type { BadLine } from '../results/html/page-data.js';

/**
 * The offset before the line feed of the line that is meant, or of the first with its text where the
 * middle of the log is missing; -1 when none has it.
 */
export function endOfLine(bytes: Uint8Array, { text, line: number }: BadLine): number {
  const wanted = plain(text);
  if (wanted === '') return -1;
  const decoder = new TextDecoder();
  let first = -1;
  for (let [from, at] = [0, 1]; from < bytes.length; at += 1) {
    const feed = bytes.indexOf(10, from);
    const end = feed < 0 ? bytes.length : feed;
    if (first < 0 || at === number) {
      const line = plain(decoder.decode(bytes.subarray(from, end)));
      const place = bytes[end - 1] === 13 ? end - 1 : end;
      const isIt = line.includes(wanted);
      if (isIt && (at === number || number === undefined)) return place;
      if (isIt && first < 0) first = place;
    }
    from = end + 1;
  }
  return first;
}

/** Escapes with their parameters, titles and links, controls, and marks that reorder text. */
const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** As the line that is looked for has been made plain before. */
function plain(text: string): string {
  return text.replace(unseen, '').trim();
}
