/**
 * Warns of keys that a config has and the specification has not.
 */

import { type ButaneVersion, type FieldType, fieldsIn } from './butane-schema.js';
import type { Struct, Value } from './decode.js';
import type { Places } from './places.js';
import type { Entry } from './report.js';

/** The unused keys of a whole config. */
export function findUnusedKeys(
  config: Struct,
  type: FieldType,
  version: ButaneVersion,
  places: Places,
): readonly Entry[] {
  const entries: Entry[] = [];
  visit(config, type, '$');
  return entries;

  function visit(value: Value | undefined, type: FieldType, path: string): void {
    if (type.kind === 'list') {
      const items = (value ?? []) as readonly Value[];
      items.forEach((item, index) => {
        visit(item, type.of, `${path}.${index}`);
      });
    }
    if (type.kind !== 'struct') return;
    const fields = fieldsIn(type.fields, version);
    entries.push(...unusedIn(places, path, new Set(fields.map(([name]) => name))));
    for (const [name, field] of fields) {
      visit((value as Struct | undefined)?.[name], field.type, `${path}.${name}`);
    }
  }
}

function unusedIn(places: Places, path: string, known: ReadonlySet<string>): readonly Entry[] {
  const spot = places.at(path);
  if (!spot) return [];
  const keys = places.keysOf(spot);
  if (!keys) return [notAMapping(path, places)];
  const unused = [...keys].filter(([key]) => !known.has(key));
  return unused.map(([key, place]) => ({
    severity: 'warning',
    path: `${path}.${key}`,
    message: `unused key ${key}`,
    place,
  }));
}

function notAMapping(path: string, places: Places): Entry {
  const message = `${path} is no mapping of its own here, so its keys and their places are unknown`;
  return { severity: 'warning', path, message, place: places.nearest(path) };
}
