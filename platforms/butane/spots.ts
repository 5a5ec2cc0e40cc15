/**
 * Where the nodes of a document begin, as go-yaml v3 counts it: at their anchor or tag, and what has
 * no text right after the sign that announces it.
 */

import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  type ParsedNode,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { textOf } from './yaml-text.js';

/** A mapping as it was parsed. */
export type MapNode = YAMLMap.Parsed;
type Tokens = readonly { readonly type: string; readonly offset: number }[];

/** A node of the source and where it begins. Aliases are not followed. */
export interface Spot {
  readonly node: ParsedNode | null;
  readonly offset: number;
}

/** The node that holds all others. */
export function rootSpot(root: ParsedNode | null): Spot {
  return { node: root, offset: ownStartOf(root) };
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

/** One of them; undefined beyond the end. */
export function itemOf(seq: YAMLSeq.Parsed, index: number): Spot | undefined {
  const node = seq.items[index] as ParsedNode | null | undefined;
  if (node === undefined) return undefined;
  const token = seq.srcToken as { items?: readonly { start?: Tokens }[] } | undefined;
  return { node, offset: startOf(node, token?.items?.[index]?.start) };
}

/** A node begins at its anchor or tag; one without text right after the sign that announces it. */
function startOf(node: ParsedNode | null, tokens: Tokens = [], gap?: number): number {
  const property = tokens.find(isProperty);
  const own = ownStartOf(node);
  if (property && hasProperty(node)) return property.offset;
  const sign = tokens.findLast(({ type }) => type === 'map-value-ind' || type === 'seq-item-ind');
  if (!isAbsent(node)) return own;
  return gap ?? (sign ? sign.offset + 1 : own);
}

/** A block mapping begins where its first key does: at that one's anchor or tag, if it has any. */
function ownStartOf(node: ParsedNode | null): number {
  const start = node?.range?.[0] ?? 0;
  if (!isMap(node) || node.flow) return start;
  const { start: before = [] } = (node.items[0]?.srcToken ?? {}) as { start?: Tokens };
  const property = before.find(isProperty);
  return Math.min(start, property?.offset ?? start);
}

function isProperty({ type }: { readonly type: string }): boolean {
  return type === 'anchor' || type === 'tag';
}

function hasProperty(node: ParsedNode | null): boolean {
  const { anchor, tag } = (node ?? {}) as Partial<Alias> & { anchor?: string; tag?: string };
  return Boolean(anchor ?? tag);
}

function isAbsent(node: ParsedNode | null): boolean {
  return node === null || (isScalar(node) && node.range?.[0] === node.range?.[1]);
}
