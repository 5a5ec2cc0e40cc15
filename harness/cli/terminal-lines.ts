/**
 * Where lines for the person at the terminal go: to stderr, or above the live display for as long as
 * one is on, which they would tear otherwise.
 */

/** The part of `process.stderr` that matters here. */
export interface LineStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** One per command; loggers and the interrupt handler share it. */
export class TerminalLines {
  readonly #stream: LineStream;
  #above: ((line: string) => void) | undefined;

  constructor(stream: LineStream = process.stderr) {
    this.#stream = stream;
  }

  /** Writes one line, without its end. */
  readonly write = (line: string): void => {
    if (this.#above) this.#above(line);
    else this.#stream.write(`${line}\n`);
  };

  /**
   * From now on lines go to a live display, until the result is disposed. A stream that is no
   * terminal tears nothing, and keeps its lines: somebody collects them there.
   */
  divert(above: (line: string) => void): Disposable {
    if (this.#stream.isTTY === true) this.#above = above;
    return {
      [Symbol.dispose]: () => {
        if (this.#above === above) this.#above = undefined;
      },
    };
  }
}
