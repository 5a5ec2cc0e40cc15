/**
 * Where in the source a field is: the tree of the document beside the decoded config.
 */

import { isMap, isSeq, type LineCounter, type ParsedNode, type YAMLSeq } from 'yaml';
import type { Place } from './report.js';
import { entriesOf, itemOf, type MapNode, rootSpot, type Spot } from './spots.js';
import type { YamlDocument } from './yaml-document.js';

/** The place of an offset in a text whose columns are its code units. */
export function placeIn(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
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
    const at = placeIn(this.document.lines, offset);
    if (!this.hasPairs) return at;
    const before = this.document.text.slice(offset - (at.column - 1), offset);
    return { ...at, column: [...before].length + 1 };
  }

  private descend(path: string): { deepest: Spot; exact?: Spot } {
    let spot = rootSpot(this.document.root);
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
