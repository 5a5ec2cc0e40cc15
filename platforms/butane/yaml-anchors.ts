/**
 * Which node an alias stands for: the last one before it that was given the anchor's name.
 */

import { type Alias, isAlias, isMap, isSeq, type ParsedNode } from 'yaml';

type Anchored = ParsedNode & { readonly anchor?: string };

/** The anchors of one document; a name may be given more than once. */
export class Anchors {
  private readonly named = new Map<string, ParsedNode[]>();
  /** The first alias that stands for nothing. */
  readonly unknown: Alias | undefined;

  constructor(root: ParsedNode | null) {
    const aliases: Alias.Parsed[] = [];
    for (const node of nodesOf(root)) {
      if (isAlias(node)) aliases.push(node as Alias.Parsed);
      else if (node.anchor !== undefined) this.add(node.anchor, node);
    }
    this.unknown = aliases.find((alias) => this.target(alias) === undefined);
  }

  /** The node of an alias; undefined if there is none before it. */
  target(alias: Alias): ParsedNode | undefined {
    return this.named.get(alias.source)?.findLast((node) => startOf(node) < startOf(alias));
  }

  private add(name: string, node: ParsedNode): void {
    const nodes = this.named.get(name);
    if (nodes) nodes.push(node);
    else this.named.set(name, [node]);
  }
}

function startOf(node: ParsedNode | Alias): number {
  return node.range?.[0] ?? 0;
}

/** Every node in the order of the text; a stack of our own, as documents may be deep. */
function* nodesOf(root: ParsedNode | null): Generator<Anchored> {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const node = pending.pop() as Anchored | null | undefined;
    if (!node) continue;
    yield node;
    if (isSeq(node)) pending.push(...node.items.toReversed());
    if (isMap(node)) {
      for (const { key, value } of node.items.toReversed()) pending.push(value, key);
    }
  }
}
