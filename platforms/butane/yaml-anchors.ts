/**
 * Which node an alias stands for: the last one before it that was given the anchor's name.
 */

import { type Alias, isAlias, isMap, isSeq, type ParsedNode, type YAMLSeq } from 'yaml';
import { entriesOf, itemsOf, type MapNode, rootSpot, type Spot } from './spots.js';

/** The anchors of one document; a name may be given more than once. */
export class Anchors {
  private readonly named = new Map<string, Spot[]>();
  /** The first alias that stands for nothing. */
  readonly unknown: Alias | undefined;

  constructor(root: ParsedNode | null) {
    const aliases: Alias.Parsed[] = [];
    for (const spot of spotsOf(root)) {
      const { node } = spot;
      if (isAlias(node)) aliases.push(node as Alias.Parsed);
      else if (node?.anchor !== undefined) this.add(node.anchor, spot);
    }
    this.unknown = aliases.find((alias) => this.target(alias) === undefined);
  }

  /** What an alias stands for, and where that begins; undefined if there is nothing before it. */
  target(alias: Alias): Spot | undefined {
    const at = alias.range?.[0] ?? 0;
    return this.named.get(alias.source)?.findLast(({ offset }) => offset < at);
  }

  private add(name: string, spot: Spot): void {
    const spots = this.named.get(name);
    if (spots) spots.push(spot);
    else this.named.set(name, [spot]);
  }
}

/** Every node in the order of the text; a stack of our own, as documents may be deep. */
function* spotsOf(root: ParsedNode | null): Generator<Spot> {
  const pending = [rootSpot(root)];
  for (let spot = pending.pop(); spot; spot = pending.pop()) {
    yield spot;
    if (isSeq(spot.node)) pending.push(...itemsOf(spot.node as YAMLSeq.Parsed).toReversed());
    if (isMap(spot.node)) {
      for (const { keyNode, keyOffset, value } of entriesOf(spot.node as MapNode).toReversed()) {
        pending.push(value, { node: keyNode, offset: keyOffset });
      }
    }
  }
}
