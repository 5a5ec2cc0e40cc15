/**
 * Keeps the beginning of a stream up to a limit and always its last lines, so that a command that
 * never stops talking costs no memory and still can be quoted.
 */

/** How much of each output stream a command keeps unless it asks for more. */
export const defaultOutputLimit = 1024 * 1024;

const tailLength = 2048;

/** Collects chunks; what is over the limit is counted as truncated and dropped. */
export class BoundedOutput {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #tail = Buffer.alloc(0);
  #truncated = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes the next chunk of the stream. */
  add(chunk: Buffer): void {
    const kept = chunk.subarray(0, this.#limit - this.#size);
    // A copy: a view, even an empty one, would keep the whole packet that it is a part of.
    if (kept.length > 0) this.#chunks.push(Buffer.from(kept));
    this.#size += kept.length;
    this.#truncated ||= kept.length < chunk.length;
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-tailLength)]).subarray(-tailLength);
  }

  get truncated(): boolean {
    return this.#truncated;
  }

  /** What was kept, as UTF-8. A character that the limit cut in two is left out. */
  text(): string {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return decoder.decode(Buffer.concat(this.#chunks), { stream: this.#truncated });
  }

  /** The last lines of the whole stream, for messages. */
  tail(): string {
    return lastLines(this.#tail.toString('utf8'));
  }
}

/** The last few lines of a text, joined so that they fit a one-line message. */
export function lastLines(text: string, count = 5): string {
  return text.trimEnd().split('\n').slice(-count).join(' | ');
}
