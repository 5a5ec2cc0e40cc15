/**
 * The ways in which two values of one field become one, as functions that compose into the rules of
 * a whole config. A later value of the wrong shape is kept as it is, for validation to name.
 */

import { UsageError } from '../../harness/base/errors.js';

/** Merges two present values; `path` is where they are, for messages. */
export type Strategy = (earlier: unknown, later: unknown, path: string) => unknown;

type Fields = Readonly<Record<string, unknown>>;

/** The later value wins whole. */
export const replace: Strategy = (_earlier, later) => later;

/** Both lists, earlier first, equal members once. */
export const union: Strategy = (earlier, later) => {
  if (!Array.isArray(later)) return later;
  const members = [...(earlier as unknown[]), ...(later as unknown[])];
  const seen = new Map(members.map((member) => [JSON.stringify(member), member] as const));
  return [...seen.values()];
};

/** Objects field by field: by the strategy that is named, else the later one wins. */
export function fields(strategies: Readonly<Record<string, Strategy>> = {}): Strategy {
  return (earlier, later, path) => {
    if (Array.isArray(later)) return later;
    const merged: Record<string, unknown> = { ...(earlier as Fields) };
    for (const [name, value] of Object.entries(later as Fields)) {
      if (value === undefined) continue;
      const strategy = strategies[name] ?? replace;
      merged[name] = mergeValue(strategy, merged[name], { value, path: `${path}.${name}` });
    }
    return merged;
  };
}

/**
 * Lists whose members have an identity: the same member is merged in its earlier place, a new one is
 * appended. A list that names a member twice throws IGNITION_CONFLICT (usage).
 */
export function keyed(keyOf: (member: Fields) => string, member: Strategy): Strategy {
  return (earlier, later, path) => {
    if (!Array.isArray(later) || !later.every(isObject)) return later;
    const merged = new Map((earlier as Fields[]).map((item) => [keyOf(item), item] as const));
    const seen = new Set<string>();
    for (const item of later as Fields[]) {
      const key = keyOf(item);
      if (seen.has(key)) throw namedTwice(path, key);
      seen.add(key);
      const value = mergeValue(member, merged.get(key), { value: item, path: `${path}[${key}]` });
      merged.set(key, value as Fields);
    }
    return [...merged.values()];
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** An absent earlier value is an empty one, so that what comes first is checked and copied too. */
function mergeValue(
  strategy: Strategy,
  earlier: unknown,
  later: { readonly value: unknown; readonly path: string },
): unknown {
  const { value, path } = later;
  if (!isObject(value)) return value;
  const empty = Array.isArray(value) ? [] : {};
  const comparable = Array.isArray(earlier) === Array.isArray(value) ? earlier : undefined;
  return strategy(comparable ?? empty, value, path);
}

function namedTwice(path: string, key: string): UsageError {
  const message = `Ignition fragment names ${key} twice in ${path}; make it one entry`;
  return new UsageError('IGNITION_CONFLICT', message);
}
