/**
 * Decodes a JSON value into the fields of a schema, as Go's `encoding/json` decodes into structs:
 * names fit in any case, null leaves a field unset, what is required and absent is empty. What no
 * field takes is told as vcontext tells it.
 */

import type { Field, FieldType } from './butane-schema.js';
import { type Finding, warning } from './report.js';

type StructType = Extract<FieldType, { kind: 'struct' }>;

/** A decoded value, and what is to be said of it. */
export interface DecodedJson {
  readonly value: unknown;
  /** The first field of a wrong type. */
  readonly problem: string | undefined;
  /** Warnings of unused keys and of null where fields belong. */
  readonly findings: readonly Finding[];
}

/** Decodes a parsed value. */
export function decodeJson(value: unknown, type: FieldType): DecodedJson {
  const decoder = new JsonDecoder();
  const decoded = decoder.decode(value, { type }, '$');
  return { value: decoded, problem: decoder.problem, findings: decoder.findings };
}

class JsonDecoder {
  problem: string | undefined;
  readonly findings: Finding[] = [];

  /** `path` is undefined below a name in a wrong case, of which nothing is said. */
  decode(value: unknown, { type, required }: Field, path: string | undefined): unknown {
    if (value !== null && !fits(value, type)) this.refuse(value, type, path);
    if (type.kind === 'struct') return this.decodeStruct(value, type, path);
    if (type.kind !== 'list') return fits(value, type) ? value : required ? '' : undefined;
    if (!Array.isArray(value)) return undefined;
    const item: Field = { type: type.of, required: true };
    return value.map((one, index) => this.decode(one, item, path && `${path}.${index}`));
  }

  private decodeStruct(value: unknown, type: StructType, path: string | undefined): object {
    const fields = new Map(Object.entries(type.fields));
    const struct: Record<string, unknown> = {};
    for (const [name, { required }] of fields) if (required) struct[name] = '';
    if (value === null && path) this.findings.push(unknownKeys(path));
    if (!fits(value, type)) return struct;
    for (const [key, child] of Object.entries(value as object)) {
      const name = nameOf(key, fields);
      if (name !== key && path) this.findings.push(unusedKey(path, key));
      const field = fields.get(name ?? '');
      if (!field || name === undefined) continue;
      const below = name === key && path ? `${path}.${key}` : undefined;
      struct[name] = this.decode(child, field, below) ?? struct[name];
    }
    return struct;
  }

  private refuse(value: unknown, type: FieldType, path = 'a field'): void {
    const seen = Array.isArray(value) ? 'a list' : names[typeof value];
    const subject = path === '$' ? 'the inline config' : path;
    this.problem ??= `${subject} can't be ${seen}: write ${expected[type.kind]}`;
  }
}

function unknownKeys(path: string): Finding {
  return warning(path === '$' ? '' : path, 'null is no mapping, so its keys are unknown');
}

function unusedKey(path: string, key: string): Finding {
  return { ...warning(`${path}.${key}`, `unused key ${key}`), isKey: true };
}

const expected: Readonly<Record<FieldType['kind'], string>> = {
  string: 'a text in quotes',
  bytes: 'a text in quotes',
  int: 'an integer, in decimal',
  bool: 'true or false',
  list: 'a list',
  struct: 'an object',
};

const names: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'a boolean',
  object: 'an object',
};

function fits(value: unknown, type: FieldType): boolean {
  if (type.kind === 'list') return Array.isArray(value);
  if (type.kind === 'struct') {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
  if (type.kind === 'int') return Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 63;
  return typeof value === (type.kind === 'bool' ? 'boolean' : 'string');
}

/** The field that a key names: in any case where none is named exactly. */
function nameOf(key: string, fields: ReadonlyMap<string, Field>): string | undefined {
  if (fields.has(key)) return key;
  // Not by lower case: \u017f, the long s, has none of its own and is an s all the same.
  return [...fields.keys()].find((name) => new RegExp(`^${name}$`, 'iu').test(key));
}
