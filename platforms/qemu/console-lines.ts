/**
 * The lines of a console by their numbers. A guest may print without end: only the latest lines are
 * kept, and the numbers stay what they are.
 */

/** Many times what a boot prints. */
const defaultMostKept = 50_000;

/** Takes lines in their order. */
export class ConsoleLines {
  readonly #mostKept: number;
  readonly #kept: string[];
  #dropped = 0;

  constructor(history: readonly string[], mostKept = defaultMostKept) {
    this.#mostKept = mostKept;
    this.#kept = [...history];
  }

  push(line: string): void {
    this.#kept.push(line);
    // Not one by one, which would move all the others each time.
    if (this.#kept.length >= 2 * this.#mostKept) this.#drop();
  }

  /** All of them; in place of those that are not kept any more, empty ones. */
  all(): string[] {
    return [...new Array<string>(this.#dropped).fill(''), ...this.#kept];
  }

  #drop(): void {
    const surplus = this.#kept.length - this.#mostKept;
    this.#kept.splice(0, surplus);
    this.#dropped += surplus;
  }
}
