/**
 * Decodes a YAML document into the fields of a Butane config, by the schema, as go-yaml v3 decodes
 * into typed structs: what has the wrong type is reported and left out, null is unset, null items
 * of a list vanish, `<<` merges.
 */

import { type Alias, isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar } from 'yaml';
import { type ButaneVersion, type Fields, type FieldType, fieldsIn } from './butane-schema.js';
import { entriesOf, type MapNode } from './places.js';
import type { YamlDocument } from './yaml-document.js';
import { YamlSyntaxError } from './yaml-error.js';
import { resolveScalar, textOf } from './yaml-scalar.js';

/** A decoded field. */
export type Value = string | number | boolean | Uint8Array | readonly Value[] | Struct;
/** A decoded struct: only the fields that are set. */
export interface Struct {
  readonly [field: string]: Value | undefined;
}

/** A decoded config and what could not be decoded. */
export interface Decoded {
  readonly config: Struct;
  /** One line each: `line 6: cannot unmarshal …`. */
  readonly problems: readonly string[];
}

/** Decodes a document. Throws {@link YamlSyntaxError} on aliases that never end. */
export function decodeConfig(
  document: YamlDocument,
  type: FieldType,
  version: ButaneVersion,
): Decoded {
  const decoder = new Decoder(document, version);
  const config = document.root === null ? {} : decoder.decode(document.root, type);
  const problems = decoder.problems.toSorted((one, other) => lineOf(one) - lineOf(other));
  return { config: (config ?? {}) as Struct, problems };
}

type Entries = ReadonlyMap<string, ParsedNode | null>;

function lineOf(problem: string): number {
  return Number.parseInt(problem.slice('line '.length), 10);
}

/** More nodes than this reached through aliases are an attack, not a config. */
const maxAliased = 100_000;

class Decoder {
  readonly problems: string[] = [];
  private readonly open = new Set<ParsedNode>();
  private aliased = 0;

  private readonly document: YamlDocument;
  private readonly version: ButaneVersion;

  constructor(document: YamlDocument, version: ButaneVersion) {
    this.document = document;
    this.version = version;
  }

  decode(node: ParsedNode | null, type: FieldType): Value | undefined {
    if (this.open.size > 0 && ++this.aliased > maxAliased) {
      throw new YamlSyntaxError('document contains excessive aliasing');
    }
    if (isAlias(node)) return this.follow(node, (target) => this.decode(target, type));
    if (isNull(node)) return undefined;
    if (type.kind === 'list') return this.decodeList(node, type.of, type);
    if (type.kind === 'struct') return this.decodeStruct(node, type.fields, type);
    return this.decodeScalar(node, type);
  }

  private follow<T>(alias: Alias, use: (target: ParsedNode | null) => T): T {
    const target = this.resolve(alias);
    if (this.open.has(target)) {
      throw new YamlSyntaxError(`anchor '${alias.source}' value contains itself`);
    }
    this.open.add(target);
    try {
      return use(target);
    } finally {
      this.open.delete(target);
    }
  }

  private resolve(alias: Alias): ParsedNode {
    const target = this.document.anchors.target(alias);
    if (!target) throw new YamlSyntaxError(`unknown anchor '${alias.source}' referenced`);
    return target;
  }

  private decodeList(node: ParsedNode | null, of: FieldType, type: FieldType): Value | undefined {
    if (!isSeq(node)) return this.refuse(node, type);
    const items = node.items as readonly (ParsedNode | null)[];
    return items.map((item) => this.decode(item, of)).filter((item) => item !== undefined);
  }

  private decodeStruct(node: ParsedNode | null, fields: Fields, type: FieldType) {
    if (!isMap(node)) return this.refuse(node, type);
    const entries = this.entriesOf(node as MapNode);
    if (!entries) return undefined;
    const struct: Record<string, Value> = {};
    for (const [name, field] of fieldsIn(fields, this.version)) {
      const value = this.decode(entries.get(name) ?? null, field.type);
      if (value !== undefined) struct[name] = value;
    }
    return struct;
  }

  /** The values by key, merged ones last; undefined if a key is there twice. */
  private entriesOf(map: MapNode): Entries | undefined {
    const entries = new Map<string, ParsedNode | null>();
    const merges: (ParsedNode | null)[] = [];
    const lines = new Map<string, number>();
    const before = this.problems.length;
    for (const { key, keyOffset, isPlain, value } of entriesOf(map)) {
      const line = this.document.lines.linePos(keyOffset).line;
      const first = lines.get(key);
      if (first !== undefined) {
        this.problems.push(
          `line ${line}: mapping key ${JSON.stringify(key)} already defined at line ${first}`,
        );
      } else lines.set(key, line);
      if (key === '<<' && isPlain) merges.push(value.node);
      else entries.set(key, value.node);
    }
    if (this.problems.length > before) return undefined;
    for (const merge of merges) this.merge(merge, entries);
    return entries;
  }

  private merge(node: ParsedNode | null, into: Map<string, ParsedNode | null>): void {
    const nodes = isSeq(node) ? (node.items as ParsedNode[]) : [node];
    for (const one of nodes) this.mergeOne(one, into);
  }

  /** A mapping, or an alias of one: an alias of a list of mappings is refused. */
  private mergeOne(node: ParsedNode | null, into: Map<string, ParsedNode | null>): void {
    if (isAlias(node)) this.follow(node, (target) => this.mergeMap(target, into));
    else this.mergeMap(node, into);
  }

  private mergeMap(node: ParsedNode | null, into: Map<string, ParsedNode | null>): void {
    if (!isMap(node)) {
      throw new YamlSyntaxError('map merge requires map or sequence of maps as the value');
    }
    for (const [key, value] of this.entriesOf(node as MapNode) ?? []) {
      if (!into.has(key)) into.set(key, value);
    }
  }

  private decodeScalar(node: ParsedNode | null, type: FieldType): Value | undefined {
    if (!isScalar(node)) return this.refuse(node, type);
    const value = scalarValue(node, type);
    return value === undefined ? this.refuse(node, type) : value;
  }

  private refuse(node: ParsedNode | null, type: FieldType): undefined {
    const line = this.document.lines.linePos(node?.range?.[0] ?? 0).line;
    this.problems.push(`line ${line}: cannot unmarshal ${describe(node)} into ${nameOf(type)}`);
    return undefined;
  }
}

function isNull(node: ParsedNode | null): boolean {
  return node === null || (isScalar(node) && resolveScalar(node).kind === 'null');
}

const yes = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON']);
const no = new Set(['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF']);

/** The value of a scalar as a type; undefined if it is none. */
function scalarValue(node: Scalar.Parsed, type: FieldType): Value | undefined {
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

function describe(node: ParsedNode | null): string {
  if (isMap(node)) return '!!map';
  if (isSeq(node)) return '!!seq';
  const scalar = node as Scalar.Parsed;
  const text = textOf(scalar);
  const short = text.length > 10 ? `${text.slice(0, 7)}...` : text;
  return `!!${resolveScalar(scalar).kind} \`${short}\``;
}

function nameOf(type: FieldType): string {
  if (type.kind === 'list') return `a list of ${nameOf(type.of)}`;
  return type.kind === 'struct' ? type.name : type.kind === 'bytes' ? 'string' : type.kind;
}
