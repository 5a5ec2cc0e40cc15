/**
 * Decodes a YAML document into the fields of a Butane config, by the schema, as go-yaml v3 decodes
 * into typed structs: what has the wrong type is reported and left out, null is unset, null items
 * of a list vanish, `<<` merges.
 */

import { type Alias, isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLSeq } from 'yaml';
import { type ButaneVersion, type FieldType, fieldsIn } from './butane-schema.js';
import { Places } from './places.js';
import type { Entry } from './report.js';
import { describeNode, nameOf, scalarValue } from './scalar-value.js';
import { entriesOf, itemsOf, type MapEntry, type MapNode, rootSpot, type Spot } from './spots.js';
import type { YamlDocument } from './yaml-document.js';
import { YamlSyntaxError } from './yaml-error.js';
import { resolveScalar } from './yaml-scalar.js';

/** A decoded field. */
export type Value = string | number | boolean | Uint8Array | readonly Value[] | Struct;
/** A decoded struct: only the fields that are set. */
export interface Struct {
  readonly [field: string]: Value | undefined;
}

/** A decoded config and what could not be decoded. */
export interface Decoded {
  readonly config: Struct;
  /** By their lines. */
  readonly problems: readonly Entry[];
}

/** Decodes a document. Throws {@link YamlSyntaxError} on aliases that never end. */
export function decodeConfig(
  document: YamlDocument,
  type: FieldType,
  version: ButaneVersion,
): Decoded {
  const decoder = new Decoder(document, version);
  const config = document.root === null ? {} : decoder.decode(rootSpot(document.root), type, '$');
  const problems = decoder.problems.toSorted((one, other) => one.place.line - other.place.line);
  return { config: (config ?? {}) as Struct, problems };
}

type Entries = ReadonlyMap<string, Spot>;
type ListType = Extract<FieldType, { kind: 'list' }>;
type StructType = Extract<FieldType, { kind: 'struct' }>;

/** More nodes than this reached through aliases are an attack, not a config. */
const maxAliased = 100_000;

/** Of more keys of one name than these, none is told: pairs are many soon. */
const mostTold = 10;

class Decoder {
  readonly problems: Entry[] = [];
  /** The aliases on the way to here: not what they stand for, as it may be of a wrong type. */
  private readonly open = new Set<Alias>();
  private aliased = 0;

  private readonly document: YamlDocument;
  private readonly version: ButaneVersion;
  private readonly places: Places;

  constructor(document: YamlDocument, version: ButaneVersion) {
    this.document = document;
    this.version = version;
    this.places = new Places(document);
  }

  /** `path` is where the value goes, wherever an alias or a merge has it from. */
  decode(spot: Spot, type: FieldType, path: string): Value | undefined {
    const { node } = spot;
    if (this.open.size > 0 && ++this.aliased > maxAliased) {
      throw new YamlSyntaxError('document contains excessive aliasing');
    }
    if (isAlias(node)) return this.follow(node, (target) => this.decode(target, type, path));
    if (isNull(node)) return undefined;
    // go-yaml looks for repeated keys before it asks what the mapping is to become.
    const isOther = isMap(node) && type.kind !== 'struct';
    if (isOther && this.refuseRepeated(entriesOf(node as MapNode), path)) return undefined;
    if (type.kind === 'list') return this.decodeList(spot, type, path);
    if (type.kind === 'struct') return this.decodeStruct(spot, type, path);
    return this.decodeScalar(spot, type, path);
  }

  private follow<T>(alias: Alias, use: (target: Spot) => T): T {
    const target = this.resolve(alias);
    if (this.open.has(alias)) {
      throw new YamlSyntaxError(`anchor '${alias.source}' value contains itself`);
    }
    this.open.add(alias);
    try {
      return use(target);
    } finally {
      this.open.delete(alias);
    }
  }

  private resolve(alias: Alias): Spot {
    const target = this.document.anchors.target(alias);
    if (!target) throw new YamlSyntaxError(`unknown anchor '${alias.source}' referenced`);
    return target;
  }

  private decodeList(spot: Spot, type: ListType, path: string): Value | undefined {
    if (!isSeq(spot.node)) return this.refuse(spot, type, path);
    const items = itemsOf(spot.node as YAMLSeq.Parsed);
    const values = items.map((item, n) => this.decode(item, type.of, `${path}.${n}`));
    return values.filter((item) => item !== undefined);
  }

  private decodeStruct(spot: Spot, type: StructType, path: string) {
    if (!isMap(spot.node)) return this.refuse(spot, type, path);
    const entries = this.entriesOf(spot.node as MapNode, path, type);
    if (!entries) return undefined;
    const struct: Record<string, Value> = {};
    for (const [name, field] of fieldsIn(type.fields, this.version)) {
      const entry = entries.get(name);
      const value = entry && this.decode(entry, field.type, `${path}.${name}`);
      if (value !== undefined) struct[name] = value;
    }
    return struct;
  }

  /**
   * The values by key, merged ones last; undefined if a key is there twice. Keys of different texts may
   * say the same, one of them by an alias: the first counts, and of a struct's field there is but one.
   */
  private entriesOf(map: MapNode, path: string, struct?: StructType): Entries | undefined {
    const all = entriesOf(map);
    if (this.refuseRepeated(all, path)) return undefined;
    const entries = new Map<string, Spot>();
    const isMerge = ({ key, isPlain }: MapEntry) => key === '<<' && isPlain;
    for (const { keyNode, keyOffset, value } of all.filter((entry) => !isMerge(entry))) {
      const name = this.decode({ node: keyNode, offset: keyOffset }, { kind: 'string' }, path);
      if (name === undefined) continue;
      if (!entries.has(String(name))) entries.set(String(name), value);
      else if (struct) this.refuseSecond(String(name), keyOffset, { path, struct });
    }
    for (const { value } of all.filter(isMerge)) this.merge(value.node, entries, path);
    return entries;
  }

  /** Each one is told of every earlier one. */
  private refuseRepeated(entries: readonly MapEntry[], path: string): boolean {
    const before = this.problems.length;
    const lines = new Map<string, number[]>();
    for (const { key, keyNode, keyOffset } of entries) {
      const place = this.places.placeOf(keyOffset);
      const identity = [isMap(keyNode), isSeq(keyNode), isAlias(keyNode), key].join();
      const earlier = lines.get(identity) ?? [];
      for (const first of earlier.slice(0, mostTold)) {
        const message = `mapping key ${JSON.stringify(key)} already defined at line ${first}`;
        this.problems.push({ severity: 'error', path: `${path}.${key}`, place, message });
      }
      lines.set(identity, earlier);
      earlier.push(place.line);
    }
    return this.problems.length > before;
  }

  private refuseSecond(
    name: string,
    offset: number,
    { path, struct }: { readonly path: string; readonly struct: StructType },
  ): void {
    const isField = fieldsIn(struct.fields, this.version).some(([field]) => field === name);
    if (!isField) return;
    const message = `field ${name} already set in ${nameOf(struct)}`;
    const place = this.places.placeOf(offset);
    this.problems.push({ severity: 'error', path: `${path}.${name}`, place, message });
  }

  private merge(node: ParsedNode | null, into: Map<string, Spot>, path: string): void {
    const nodes = isSeq(node) ? (node.items as ParsedNode[]) : [node];
    for (const one of nodes) this.mergeOne(one, into, path);
  }

  /** A mapping, or an alias of one: an alias of a list of mappings is refused. */
  private mergeOne(node: ParsedNode | null, into: Map<string, Spot>, path: string): void {
    if (isAlias(node)) this.follow(node, ({ node: target }) => this.mergeMap(target, into, path));
    else this.mergeMap(node, into, path);
  }

  private mergeMap(node: ParsedNode | null, into: Map<string, Spot>, path: string): void {
    if (!isMap(node)) {
      throw new YamlSyntaxError('map merge requires map or sequence of maps as the value');
    }
    for (const [key, value] of this.entriesOf(node as MapNode, path) ?? []) {
      if (!into.has(key)) into.set(key, value);
    }
  }

  private decodeScalar(spot: Spot, type: FieldType, path: string): Value | undefined {
    if (!isScalar(spot.node)) return this.refuse(spot, type, path);
    const value = scalarValue(spot.node, type);
    return value === undefined ? this.refuse(spot, type, path) : value;
  }

  private refuse({ node, offset }: Spot, type: FieldType, path: string): undefined {
    const message = `cannot unmarshal ${describeNode(node)} into ${nameOf(type)}`;
    const place = this.places.placeOf(offset);
    this.problems.push({ severity: 'error', path, place, message });
    return undefined;
  }
}

function isNull(node: ParsedNode | null): boolean {
  return node === null || (isScalar(node) && resolveScalar(node).kind === 'null');
}
