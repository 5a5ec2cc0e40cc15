/**
 * What Go's `compress/flate` repeats at its highest level: strings of four bytes and more, of two that
 * begin next to each other the longer one. Source: that package; RFC 1951 for the limits.
 */

/** A string that was there before. */
export interface Repeat {
  readonly length: number;
  readonly distance: number;
}

/** A byte or a string. */
export type Token = number | Repeat;

const shortest = 4;
const longest = 258;
const farthest = 32_768;
/** A string of the shortest length is not worth a longer distance. */
const farthestOfShortest = 4096;
const mostTried = 4096;

/** The bytes and the repeated strings that a text is written as. */
export function tokensOf(data: Uint8Array): readonly Token[] {
  return new Tokenizer(data).run();
}

class Tokenizer {
  private readonly tokens: Token[] = [];
  private readonly newest = new Map<number, number>();
  /** By position: the one before it where the same four bytes are. */
  private readonly before: Int32Array;
  /** Where the search begins; near the end of the text still where the last one did. */
  private candidate = -1;

  private readonly data: Uint8Array;

  constructor(data: Uint8Array) {
    this.data = data;
    this.before = new Int32Array(data.length).fill(-1);
  }

  run(): readonly Token[] {
    let pending: Repeat | undefined;
    let isByteOpen = false;
    for (let at = 0; at < this.data.length; ) {
      const found = this.search(at, pending?.length ?? shortest - 1);
      if (pending && (found?.length ?? 0) <= pending.length) {
        at = this.take(pending, at);
        pending = undefined;
        isByteOpen = false;
        continue;
      }
      if (isByteOpen) this.tokens.push(this.byteAt(at - 1));
      pending = found;
      isByteOpen = true;
      at += 1;
    }
    if (isByteOpen) this.tokens.push(this.byteAt(this.data.length - 1));
    return this.tokens;
  }

  /** A string that began one byte before `at`: where the next one may begin. */
  private take(repeat: Repeat, at: number): number {
    this.tokens.push(repeat);
    const end = at + repeat.length - 1;
    for (let inner = at + 1; inner < end; inner += 1) this.insert(inner);
    return end;
  }

  private byteAt(at: number): number {
    return this.data[at] as number;
  }

  /** Remembers a position, and says which one had the same bytes; nothing near the end. */
  private insert(at: number): number | undefined {
    if (at >= this.data.length - shortest + 1) return undefined;
    const bytes = [0, 1, 2, 3].reduce((sum, next) => sum * 256 + this.byteAt(at + next), 0);
    const last = this.newest.get(bytes) ?? -1;
    this.before[at] = last;
    this.newest.set(bytes, at);
    return last;
  }

  private search(at: number, known: number): Repeat | undefined {
    this.candidate = this.insert(at) ?? this.candidate;
    const most = Math.min(longest, this.data.length - at);
    if (known >= longest || this.data.length - at <= known) return undefined;
    let best: Repeat | undefined;
    let from = this.candidate;
    for (let tried = 0; from >= Math.max(0, at - farthest) && tried < mostTried; tried += 1) {
      best = this.better({ length: this.lengthOf(from, at, most), distance: at - from }, best);
      if (best?.length === most) break;
      from = this.before[from] as number;
    }
    return best;
  }

  private better(one: Repeat, best: Repeat | undefined): Repeat | undefined {
    if (one.length <= (best?.length ?? shortest - 1)) return best;
    return one.length > shortest || one.distance <= farthestOfShortest ? one : best;
  }

  private lengthOf(from: number, at: number, most: number): number {
    let length = 0;
    while (length < most && this.data[from + length] === this.data[at + length]) length += 1;
    return length;
  }
}
