/**
 * Huffman codes of a limited length, by the package-merge algorithm of Larmore and Hirschberg. Of what
 * weighs the same, packages go before symbols, and low symbols before high ones: as in Go.
 */

interface Package {
  readonly weight: number;
  readonly symbols: readonly number[];
}

/** How many bits the code of each symbol has, by how often it occurs; 0 for what never does. */
export function codeLengths(counts: readonly number[], limit: number): readonly number[] {
  const symbols = symbolsIn(counts);
  const lengths = counts.map(() => 0);
  if (symbols.length <= 2) {
    for (const [symbol] of symbols.map((one) => one.symbols)) lengths[symbol as number] = 1;
    return lengths;
  }
  const row = lastRow(symbols, Math.min(limit, symbols.length - 1));
  for (const chosen of row.slice(0, 2 * symbols.length - 2)) {
    for (const symbol of chosen.symbols) lengths[symbol] = (lengths[symbol] as number) + 1;
  }
  return lengths;
}

/** From rare to frequent. */
function symbolsIn(counts: readonly number[]): readonly Package[] {
  const all = counts.map((weight, symbol) => ({ weight, symbols: [symbol] }));
  return all.filter(({ weight }) => weight > 0).sort((one, other) => one.weight - other.weight);
}

function lastRow(symbols: readonly Package[], rows: number): readonly Package[] {
  let row = symbols;
  for (let number = 1; number < rows; number += 1) row = merge(pairsOf(row), symbols);
  return row;
}

function pairsOf(row: readonly Package[]): readonly Package[] {
  const pairs: Package[] = [];
  for (let at = 0; at + 1 < row.length; at += 2) {
    const [one, other] = row.slice(at, at + 2) as [Package, Package];
    const weight = one.weight + other.weight;
    pairs.push({ weight, symbols: [...one.symbols, ...other.symbols] });
  }
  return pairs;
}

/** Sorting keeps the order of what weighs the same. */
function merge(pairs: readonly Package[], symbols: readonly Package[]): readonly Package[] {
  return [...pairs, ...symbols].sort((one, other) => one.weight - other.weight);
}
