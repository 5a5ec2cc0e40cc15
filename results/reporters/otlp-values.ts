/**
 * Times, ids and attributes as OTLP has them in JSON.
 */

import { createHash } from 'node:crypto';

/** A key with an `AnyValue`. */
export type Attribute = { readonly key: string; readonly value: object };

/** What becomes attributes. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

/** As text: 64 bits do not fit into a number. */
export function nanos(at: string, plusMs = 0): string {
  return `${Date.parse(at) + Math.round(plusMs)}000000`;
}

/** Hexadecimal digits that are the same whenever the report is made. */
export function idOf(digits: 16 | 32, ...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, digits);
}

/** Facts that are not known are left out. */
export function attributesOf(facts: Facts): readonly Attribute[] {
  return Object.entries(facts).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: anyValueOf(value) }],
  );
}

function anyValueOf(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: `${value}` } : { doubleValue: value };
}
