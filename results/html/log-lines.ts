/**
 * Lines of a log with the times at which they came, read from the end, since of most logs only the end is
 * wanted.
 */

import { existsSync, readFileSync } from 'node:fs';
import { timesFile } from '../run-files.js';
import { readEnd } from './read-files.js';

/** A line of a log. */
export interface Line {
  readonly line: () => string;
  /** When its last byte came, in milliseconds since the epoch; undefined when nobody noted it. */
  readonly ms: number | undefined;
}

/** Lines of the last bytes of a file, last first. */
export function linesFromEnd(path: string, mostBytes: number): Iterable<Line> {
  const times = readTimes(timesFile(path));
  const { bytes, offset } = readEnd(path, mostBytes);
  return placeLines(bytes, offset, times);
}

/** A byte is a character first, which is found and cut fast, and tells where a line ends in the file. */
function* placeLines(bytes: Buffer, offset: number, times: readonly NotedTime[]): Iterable<Line> {
  let [end, at] = [offset + bytes.length, times.length - 1];
  for (const characters of bytes.toString('latin1').split('\n').reverse()) {
    while ((times[at]?.offset ?? 0) > end) at -= 1;
    yield { line: () => decoded(characters), ms: times[at]?.ms };
    end -= characters.length + 1;
  }
}

function decoded(characters: string): string {
  const isAscii = !/[\x80-\xff]/.test(characters);
  return isAscii ? characters : Buffer.from(characters, 'latin1').toString();
}

interface NotedTime {
  readonly offset: number;
  /** Since the epoch. */
  readonly ms: number;
}

function readTimes(path: string): readonly NotedTime[] {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text.split('\n').flatMap((line) => {
    const [, offset, ms] = /^(\d+) (\d+)$/.exec(line) ?? [];
    return ms === undefined ? [] : [{ offset: Number(offset), ms: Number(ms) }];
  });
}
