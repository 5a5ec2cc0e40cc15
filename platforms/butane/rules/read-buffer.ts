/**
 * Reads a text as Go's `bufio.Reader` does: 4096 bytes ahead at most, and more only when what is
 * there does not suffice. What has been read ahead is all that go-systemd sees of a line that is too
 * long.
 */

const size = 4096;

/** The bytes of a text, read one after the other. */
export class ReadBuffer {
  private at = 0;
  private filled = 0;
  private readonly bytes: Buffer;

  constructor(text: string) {
    this.bytes = Buffer.from(text);
  }

  /** What has been read ahead. */
  get ahead(): Uint8Array {
    return this.bytes.subarray(this.at, this.filled);
  }

  /** The next character, which stays the next one; undefined at the end. */
  peek(): string | undefined {
    if (this.at >= this.bytes.length) return undefined;
    const end = this.at + lengthFrom(this.bytes[this.at] ?? 0);
    if (end > this.filled) this.fill();
    return this.bytes.toString('utf8', this.at, end);
  }

  /** The next character; undefined at the end. */
  take(): string | undefined {
    const next = this.peek();
    this.at += Buffer.byteLength(next ?? '');
    return next;
  }

  /** Everything before a sign of one byte, which is taken, too; undefined if there is none. */
  takeBefore(sign: string): string | undefined {
    const start = this.at;
    const found = this.bytes.indexOf(sign, start);
    this.moveTo(found < 0 ? this.bytes.length : found + 1);
    return found < 0 ? undefined : this.bytes.toString('utf8', start, found);
  }

  /** The rest of the line without its end. */
  takeLine(): string {
    const start = this.at;
    return this.takeBefore('\n') ?? this.bytes.toString('utf8', start);
  }

  private moveTo(end: number): void {
    while (end > this.filled) {
      if (this.filled - this.at >= size) this.at = this.filled;
      this.fill();
    }
    this.at = end;
  }

  private fill(): void {
    this.filled = Math.min(this.at + size, this.bytes.length);
  }
}

/** How many bytes a character has in UTF-8, by the first of them. */
function lengthFrom(first: number): number {
  if (first < 0x80) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}
