/**
 * A scalar as the type that its field has, as go-yaml v3 converts it.
 */

import type { Scalar } from 'yaml';
import type { FieldType } from './butane-schema.js';
import { resolveScalar, textOf } from './yaml-scalar.js';

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
    return bytes ? Buffer.from(bytes).toString() : textOf(node);
  }
  if (type.kind === 'int') return integerOf(resolved);
  if (resolved.kind === 'bool') return resolved.value;
  if (resolved.kind !== 'str') return undefined;
  return yes.has(resolved.value) ? true : no.has(resolved.value) ? false : undefined;
}

function integerOf(resolved: ReturnType<typeof resolveScalar>): number | undefined {
  if (resolved.kind !== 'int' && resolved.kind !== 'float') return undefined;
  // What is too small is cut off, what is too large is refused: so go-yaml converts floats.
  const whole = Math.max(Math.trunc(resolved.value), -(2 ** 63));
  return whole <= 2 ** 63 ? whole || 0 : undefined;
}
