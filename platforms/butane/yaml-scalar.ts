/**
 * What a scalar means: YAML 1.1 integers and floats, 1.2 booleans and octals beside them, as
 * go-yaml v3 resolves them, which Butane is built with.
 */

import type { ParsedNode, Scalar } from 'yaml';
import { isInt64 } from './int64.js';
import { YamlSyntaxError } from './yaml-error.js';
import { textOf } from './yaml-text.js';

/** A scalar and what its text resolves to. */
export type Resolved =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean }
  /** Whole, as it may be more than a number can tell apart. */
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'str'; readonly value: string; readonly bytes?: Uint8Array };

const nulls = new Set(['', '~', 'null', 'Null', 'NULL']);
const trues = new Set(['true', 'True', 'TRUE']);
const falses = new Set(['false', 'False', 'FALSE']);
const specials = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const timestamp =
  /^\d{4}-\d{1,2}-\d{1,2}([Tt ]\s*\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(\s*(Z|[-+]\d{1,2}(:\d{2})?))?)?$/;

/**
 * Resolves a scalar by its tag, its quotes and its text. Throws {@link YamlSyntaxError} when the
 * text is nothing that its tag stands for.
 */
export function resolveScalar(node: Scalar): Resolved {
  const text = textOf(node as ParsedNode);
  const tag = shortTag(node.tag);
  if (tag === '' && !isQuoted(node)) return resolvePlain(text);
  if (tag === '!!binary') return decodeBinary(text);
  const expected = kindsOf[tag];
  // Also with a tag of the user's own.
  if (!expected) return { kind: 'str', value: text };
  return resolveTagged(text, expected);
}

/** What a tag of YAML's own stands for; others, and `!!str`, leave the text as it is. */
const kindsOf: Readonly<Record<string, Resolved['kind']>> = {
  '!!null': 'null',
  '!!bool': 'bool',
  '!!int': 'int',
  '!!float': 'float',
  '!!timestamp': 'timestamp',
};

/** `!` alone says nothing. */
function shortTag(tag: string | undefined): string {
  return (tag ?? '').replace(/^tag:yaml\.org,2002:/, '!!').replace(/^!$/, '');
}

function isQuoted(node: Scalar): boolean {
  return node.type !== undefined && node.type !== 'PLAIN';
}

/** An integer is a float too. */
function resolveTagged(text: string, expected: Resolved['kind']): Resolved {
  const resolved = resolvePlain(text);
  if (resolved.kind === expected) return resolved;
  if (resolved.kind === 'int' && expected === 'float') {
    return { kind: 'float', value: Number(resolved.value) };
  }
  throw new YamlSyntaxError(`cannot decode !!${resolved.kind} \`${text}\` as a !!${expected}`);
}

/** Strict: Node's own decoder skips what is not base64. Line breaks in it are no error. */
function decodeBinary(text: string): Resolved {
  const digits = text.replaceAll(/[\r\n]/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) {
    throw new YamlSyntaxError('!!binary value contains invalid base64 data');
  }
  const bytes = Buffer.from(digits, 'base64');
  return { kind: 'str', value: bytes.toString(), bytes };
}

function resolvePlain(text: string): Resolved {
  if (nulls.has(text)) return { kind: 'null' };
  if (trues.has(text)) return { kind: 'bool', value: true };
  if (falses.has(text)) return { kind: 'bool', value: false };
  if (specials.test(text)) return { kind: 'float', value: specialOf(text) };
  if (!/^[-+.0-9]/.test(text)) return { kind: 'str', value: text };
  if (timestamp.test(text)) return { kind: 'timestamp' };
  return resolveNumber(text) ?? { kind: 'str', value: text };
}

function specialOf(text: string): number {
  if (!/inf$/i.test(text)) return Number.NaN;
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Behind a point at the beginning, underscores are for Go: they stand between digits. */
function resolveNumber(text: string): Resolved | undefined {
  const separators = text.startsWith('.') ? /(?<=\d)_(?=\d)/g : /_/g;
  const digits = text.replaceAll(separators, '');
  const integer = parseInteger(digits);
  if (integer !== undefined) return { kind: 'int', value: integer };
  const value = Number(digits);
  // What no float holds is a text.
  return float.test(digits) && Number.isFinite(value) ? { kind: 'float', value } : undefined;
}

/** A sign and digits; numerals of another base have no upper bound on their zeros. */
const radixes = [
  { pattern: /^([-+]?)0[xX]([0-9a-fA-F]+)$/, prefix: '0x' },
  { pattern: /^([-+]?)0[bB]([01]+)$/, prefix: '0b' },
  { pattern: /^([-+]?)0[oO]?([0-7]+)$/, prefix: '0o' },
  { pattern: /^([-+]?)(0|[1-9][0-9]{0,19})$/, prefix: '' },
] as const;

/** The integer, when it fits into 64 bits: with a sign, one of them is for it. */
function parseInteger(text: string): bigint | undefined {
  for (const { pattern, prefix } of radixes) {
    const [, sign, digits] = pattern.exec(text) ?? [];
    if (digits === undefined) continue;
    const size = BigInt(prefix + digits);
    const value = sign === '-' ? -size : size;
    const fits = isInt64(value) || (!sign && BigInt.asUintN(64, size) === size);
    return fits ? value : undefined;
  }
  return undefined;
}
