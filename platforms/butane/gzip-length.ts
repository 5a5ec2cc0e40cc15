/**
 * How long a text is when Go's `compress/gzip` has packed it at its highest level, by which the
 * original decides whether that pays. Source: RFC 1951 and 1952; `compress/flate` for what it chooses.
 */

import { codeLengths } from './code-lengths.js';
import { type Token, tokensOf } from './flate-tokens.js';

/** Below this size there is one block, and only for that the length is told. */
export const oneBlock = 16_384;

const header = 10;
const trailer = 8;
/** The bytes that a block without compression has besides its text; its first three bits are apart. */
const storedHeader = 4;

/** The length in bytes; a block without any text ends the stream. */
export function gzipLength(data: Uint8Array): number {
  const coded = codedBits(tokensOf(data));
  const stored = (data.length + storedHeader + 1) * 8;
  const bits = data.length === 0 ? 0 : Math.min(stored, coded);
  return header + Math.ceil((bits + 3) / 8) + storedHeader + trailer;
}

/** A number as RFC 1951 writes it: a code, of which each stands for twice as many from some on. */
interface Scale {
  readonly starts: readonly number[];
  readonly extra: readonly number[];
}

/** Codes that share their count of extra bits come `group` at a time, the first two groups without any. */
function scaleOf(first: number, codes: number, group: number): Scale {
  const extra = Array.from({ length: codes }, (_, code) =>
    Math.max(0, Math.floor(code / group) - 1),
  );
  const starts = [first];
  for (const bits of extra.slice(0, -1)) starts.push((starts.at(-1) as number) + 2 ** bits);
  return { starts, extra };
}

const distances = scaleOf(1, 30, 2);
const shorter = scaleOf(3, 28, 4);
/** The longest length has a code of its own. */
const lengths: Scale = { starts: [...shorter.starts, 258], extra: [...shorter.extra, 0] };

const endOfBlock = 256;

interface Histogram {
  readonly literals: number[];
  readonly distances: number[];
  /** The bits behind codes that stand for more than one number. */
  extra: number;
}

function histogramOf(tokens: readonly Token[]): Histogram {
  const seen: Histogram = { literals: zeros(286), distances: zeros(30), extra: 0 };
  for (const token of tokens) {
    if (typeof token === 'number') add(seen.literals, token);
    else {
      seen.extra += count(seen.literals, token.length, lengths, endOfBlock + 1);
      seen.extra += count(seen.distances, token.distance, distances, 0);
    }
  }
  add(seen.literals, endOfBlock);
  // Go counts one where there is none, so that there is a code.
  if (seen.distances.every((times) => times === 0)) add(seen.distances, 0);
  return seen;
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}

function add(counts: number[], symbol: number): void {
  counts[symbol] = (counts[symbol] ?? 0) + 1;
}

/** Counts a number by its code: the bits behind the code. */
function count(counts: number[], value: number, scale: Scale, first: number): number {
  const code = scale.starts.findLastIndex((start) => start <= value);
  add(counts, first + code);
  return scale.extra[code] as number;
}

function codedBits(tokens: readonly Token[]): number {
  const { literals, distances, extra } = histogramOf(tokens);
  const fixed = cost(literals, literals.map(fixedLength)) + cost(distances, zeros(30).fill(5));
  const own = [codeLengths(literals, 15), codeLengths(distances, 15)] as const;
  const table = tableBits([...trimmed(own[0]), ...trimmed(own[1])]);
  const dynamic = table + cost(literals, own[0]) + cost(distances, own[1]);
  return 3 + Math.min(fixed, dynamic) + extra;
}

function cost(counts: readonly number[], bits: readonly number[]): number {
  return counts.reduce((sum, times, symbol) => sum + times * (bits[symbol] as number), 0);
}

/** The codes that RFC 1951 fixes. */
function fixedLength(_: number, symbol: number): number {
  if (symbol < 144) return 8;
  if (symbol < 256) return 9;
  return symbol < 280 ? 7 : 8;
}

function trimmed(bits: readonly number[]): readonly number[] {
  return bits.slice(0, bits.findLastIndex((one) => one > 0) + 1);
}

/** The order in which the codes of the table are told, and the bits behind those that repeat. */
const tableOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const repeatBits = [...zeros(16), 2, 3, 7];

/** The table of the codes, without the three bits that begin a block. */
function tableBits(bits: readonly number[]): number {
  const counts = zeros(19);
  for (let at = 0; at < bits.length; ) {
    const value = bits[at] as number;
    const next = bits.findIndex((one, index) => index > at && one !== value);
    const end = next < 0 ? bits.length : next;
    countRun(counts, value, end - at);
    at = end;
  }
  const told = Math.max(4, tableOrder.findLastIndex((code) => (counts[code] as number) > 0) + 1);
  return 14 + 3 * told + cost(counts, codeLengths(counts, 7)) + cost(counts, repeatBits);
}

/** Runs of one length of code: told once and repeated, or of zeros told at once. */
function countRun(counts: number[], value: number, run: number): void {
  let left = run;
  const [code, most, least] = value === 0 ? [18, 138, 11] : [16, 6, 3];
  if (value !== 0) {
    add(counts, value);
    left -= 1;
  }
  for (; left >= least; left -= Math.min(most, left)) add(counts, code);
  if (value === 0 && left >= 3) add(counts, 17);
  else for (; left > 0; left -= 1) add(counts, value);
}
