/**
 * What a scalar means: YAML 1.1 integers and floats, 1.2 booleans and octals beside them, as
 * go-yaml v3 resolves them, which Butane is built with.
 */

import { type ParsedNode, Scalar } from 'yaml';

/** A scalar and what its text resolves to. */
export type Resolved =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'float'; readonly value: number }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'str'; readonly value: string; readonly bytes?: Uint8Array };

const nulls = new Set(['', '~', 'null', 'Null', 'NULL']);
const trues = new Set(['true', 'True', 'TRUE']);
const falses = new Set(['false', 'False', 'FALSE']);
const specials = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const timestamp =
  /^\d{4}-\d{1,2}-\d{1,2}([Tt ]\s*\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(\s*(Z|[-+]\d{1,2}(:\d{2})?))?)?$/;

/** The text of a scalar, quotes and escapes resolved; plain scalars are never rewritten. */
export function textOf(node: ParsedNode): string {
  if (!(node instanceof Scalar)) return '';
  // The parser decodes `!!binary` by itself.
  return typeof node.value === 'string' ? node.value : (node.source ?? '');
}

/** Resolves a scalar by its tag, its quotes and its text. */
export function resolveScalar(node: Scalar): Resolved {
  const text = textOf(node as ParsedNode);
  const tag = shortTag(node.tag);
  if (tag === '!!binary') return decodeBinary(text);
  if (tag === '!!str' || (tag === '' && isQuoted(node))) return { kind: 'str', value: text };
  return resolvePlain(text);
}

function shortTag(tag: string | undefined): string {
  return (tag ?? '').replace(/^tag:yaml\.org,2002:/, '!!');
}

function isQuoted(node: Scalar): boolean {
  return node.type !== undefined && node.type !== 'PLAIN';
}

function decodeBinary(text: string): Resolved {
  const bytes = Buffer.from(text, 'base64');
  return { kind: 'str', value: bytes.toString(), bytes };
}

function resolvePlain(text: string): Resolved {
  if (nulls.has(text)) return { kind: 'null' };
  if (trues.has(text)) return { kind: 'bool', value: true };
  if (falses.has(text)) return { kind: 'bool', value: false };
  if (specials.test(text)) return { kind: 'float', value: Number.NaN };
  if (!/^[-+.0-9]/.test(text)) return { kind: 'str', value: text };
  if (timestamp.test(text)) return { kind: 'timestamp' };
  return resolveNumber(text) ?? { kind: 'str', value: text };
}

function resolveNumber(text: string): Resolved | undefined {
  const digits = text.replaceAll('_', '');
  const integer = parseInteger(digits);
  if (integer !== undefined) return { kind: 'int', value: integer };
  if (float.test(digits)) return { kind: 'float', value: Number(digits) };
  return undefined;
}

const radixes = [
  { pattern: /^[-+]?0[xX][0-9a-fA-F]+$/, prefix: /^([-+]?)0[xX]/, radix: 16 },
  { pattern: /^[-+]?0[bB][01]+$/, prefix: /^([-+]?)0[bB]/, radix: 2 },
  { pattern: /^[-+]?0[oO]?[0-7]+$/, prefix: /^([-+]?)0[oO]?/, radix: 8 },
  { pattern: /^[-+]?(0|[1-9][0-9]*)$/, prefix: /^([-+]?)/, radix: 10 },
] as const;

/** The integer, when it fits into 64 bits. */
function parseInteger(digits: string): number | undefined {
  const form = radixes.find(({ pattern }) => pattern.test(digits));
  if (!form) return undefined;
  const value = Number.parseInt(digits.replace(form.prefix, '$1'), form.radix);
  return value < -(2 ** 63) || value >= 2 ** 64 ? undefined : value;
}
