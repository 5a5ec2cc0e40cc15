/**
 * Where in the source a field is: the tree of the document beside the decoded config.
 */

import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Place } from './report.js';
import type { YamlDocument } from './yaml-document.js';
import { textOf } from './yaml-scalar.js';

/** A mapping as it was parsed. */
export type MapNode = YAMLMap.Parsed;
type Tokens = readonly { readonly type: string; readonly offset: number }[];

/** A node of the source and where it begins. Aliases are not followed. */
export interface Spot {
  readonly node: ParsedNode | null;
  readonly offset: number;
}

/** Looks up places in one document. */
export class Places {
  private readonly document: YamlDocument;
  /** Whether the text has characters that JavaScript counts as two. */
  private readonly hasPairs: boolean;

  constructor(document: YamlDocument) {
    this.document = document;
    this.hasPairs = /[\ud800-\udfff]/.test(document.text);
  }

  /** The node that lies exactly at a path, if there is one. */
  at(path: string): Spot | undefined {
    return this.descend(path).exact;
  }

  /** Where the deepest node on the way to a path begins; 1:1 in an empty document. */
  nearest(path: string): Place {
    return this.placeOf(this.descend(path).deepest.offset);
  }

  /** Where the key at a path is, or, without it, the deepest node on the way. */
  nearestKey(path: string): Place {
    const end = path.lastIndexOf('.');
    const parent = this.at(path.slice(0, end));
    const own = parent && this.keysOf(parent)?.get(path.slice(end + 1));
    return own ?? this.nearest(path.slice(0, end));
  }

  /** The keys of the mapping at a path, in order, each once; undefined if it is no mapping. */
  keysOf(spot: Spot): ReadonlyMap<string, Place> | undefined {
    if (!isMap(spot.node)) return undefined;
    const entries = entriesOf(spot.node as MapNode);
    return new Map(entries.map(({ key, keyOffset }) => [key, this.placeOf(keyOffset)]));
  }

  /** The place of an offset. */
  placeOf(offset: number): Place {
    const { line, col } = this.document.lines.linePos(offset);
    const at = { line: Math.max(line, 1), column: col };
    if (!this.hasPairs) return at;
    const before = this.document.text.slice(offset - (col - 1), offset);
    return { ...at, column: [...before].length + 1 };
  }

  private descend(path: string): { deepest: Spot; exact?: Spot } {
    const { root } = this.document;
    let spot: Spot = { node: root, offset: root?.range[0] ?? 0 };
    for (const segment of path.split('.').slice(1)) {
      const next = childOf(spot.node, segment);
      if (!next) return { deepest: spot };
      spot = next;
    }
    return { deepest: spot, exact: spot };
  }
}

function childOf(node: ParsedNode | null, segment: string): Spot | undefined {
  if (isMap(node)) {
    return entriesOf(node as MapNode).findLast(({ key }) => key === segment)?.value;
  }
  if (isSeq(node)) return itemOf(node as YAMLSeq.Parsed, Number(segment));
  return undefined;
}

/** An entry of a mapping. */
export interface MapEntry {
  /** As the places know it: empty for what is no scalar. */
  readonly key: string;
  readonly keyNode: ParsedNode | null;
  readonly keyOffset: number;
  /** Whether a key `<<` merges: it does not in quotes. */
  readonly isPlain: boolean;
  readonly value: Spot;
}

/** The entries of a mapping with the places of their keys and values. */
export function entriesOf(map: MapNode): readonly MapEntry[] {
  return map.items.map((pair, index) => {
    const token = pair.srcToken as { start?: Tokens; sep?: Tokens } | undefined;
    const key = pair.key as ParsedNode | null;
    const value = pair.value as ParsedNode | null;
    return {
      key: nameOf(key),
      keyNode: key,
      isPlain: isScalar(key) && key.type === 'PLAIN' && !isText(key.tag),
      keyOffset: startOf(key, token?.start),
      value: { node: value, offset: startOf(value, token?.sep, gapAfter(map, index)) },
    };
  });
}

/** Where a value in braces is that is left out: at the comma or the brace after it. */
function gapAfter(map: MapNode, index: number): number | undefined {
  const token = map.srcToken as { end?: Tokens; items?: readonly { start?: Tokens }[] } | undefined;
  if (!map.flow || !token) return undefined;
  const comma = token.items?.[index + 1]?.start?.find(({ type }) => type === 'comma');
  return (comma ?? token.end?.[0])?.offset;
}

function isText(tag: string | undefined): boolean {
  return tag !== undefined && tag !== '!' && !tag.endsWith(':merge');
}

/** An alias goes by the anchor's name here, as in the original. */
function nameOf(key: ParsedNode | null): string {
  if (isAlias(key)) return key.source;
  return isScalar(key) ? textOf(key) : '';
}

/** The items of a list with their places. */
export function itemsOf(seq: YAMLSeq.Parsed): readonly Spot[] {
  return seq.items.map((_, index) => itemOf(seq, index) as Spot);
}

function itemOf(seq: YAMLSeq.Parsed, index: number): Spot | undefined {
  const node = seq.items[index] as ParsedNode | null | undefined;
  if (node === undefined) return undefined;
  const token = seq.srcToken as { items?: readonly { start?: Tokens }[] } | undefined;
  return { node, offset: startOf(node, token?.items?.[index]?.start) };
}

/** A node begins at its anchor or tag; one without text right after the sign that announces it. */
function startOf(node: ParsedNode | null, tokens: Tokens = [], gap?: number): number {
  const property = tokens.find(({ type }) => type === 'anchor' || type === 'tag');
  const own = node?.range?.[0] ?? 0;
  if (property && hasProperty(node)) return property.offset;
  const sign = tokens.findLast(({ type }) => type === 'map-value-ind' || type === 'seq-item-ind');
  if (!isAbsent(node)) return own;
  return gap ?? (sign ? sign.offset + 1 : own);
}

function hasProperty(node: ParsedNode | null): boolean {
  const { anchor, tag } = (node ?? {}) as Partial<Alias> & { anchor?: string; tag?: string };
  return Boolean(anchor ?? tag);
}

function isAbsent(node: ParsedNode | null): boolean {
  return node === null || (isScalar(node) && node.range?.[0] === node.range?.[1]);
}
