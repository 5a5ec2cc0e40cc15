/**
 * A scalar as the type that its field has, as go-yaml v3 converts it, and what is said where it is
 * none.
 */

import { isMap, isSeq, type ParsedNode, type Scalar } from 'yaml';
import type { FieldType } from './butane-schema.js';
import { decodeText } from './decode-text.js';
import { isInt64 } from './int64.js';
import { resolveScalar } from './yaml-scalar.js';
import { textOf } from './yaml-text.js';

const yes = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON']);
const no = new Set(['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF']);

/** The value of a scalar as a type; undefined if it is none. */
export function scalarValue(
  node: Scalar.Parsed,
  type: FieldType,
): string | number | boolean | Uint8Array | undefined {
  const resolved = resolveScalar(node);
  if (type.kind === 'bytes' || type.kind === 'string') {
    const bytes = resolved.kind === 'str' ? resolved.bytes : undefined;
    if (type.kind === 'bytes') return bytes ?? Buffer.from(textOf(node));
    return bytes ? decodeText(bytes) : textOf(node);
  }
  if (type.kind === 'int') return integerOf(resolved);
  if (resolved.kind === 'bool') return resolved.value;
  if (resolved.kind !== 'str') return undefined;
  return yes.has(resolved.value) ? true : no.has(resolved.value) ? false : undefined;
}

function integerOf(resolved: ReturnType<typeof resolveScalar>): number | undefined {
  if (resolved.kind === 'int') {
    return isInt64(resolved.value) ? Number(resolved.value) : undefined;
  }
  if (resolved.kind !== 'float') return undefined;
  // What is too small is cut off, what is too large is refused: so go-yaml converts floats.
  const whole = Math.max(Math.trunc(resolved.value), -(2 ** 63));
  return whole <= 2 ** 63 ? whole || 0 : undefined;
}

/** A node by its tag and the beginning of its text. */
export function describeNode(node: ParsedNode | null): string {
  if (isMap(node)) return '!!map';
  if (isSeq(node)) return '!!seq';
  const scalar = node as Scalar.Parsed;
  const text = textOf(scalar);
  const short = text.length > 10 ? `${text.slice(0, 7)}...` : text;
  return `!!${resolveScalar(scalar).kind} \`${short}\``;
}

/** A type as an error has it. */
export function nameOf(type: FieldType): string {
  if (type.kind === 'list') return `a list of ${nameOf(type.of)}`;
  return type.kind === 'struct' ? type.name : type.kind === 'bytes' ? 'string' : type.kind;
}
