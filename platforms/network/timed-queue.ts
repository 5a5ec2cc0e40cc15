/**
 * Things that come out in the order of their times, by one timer.
 */

interface Waiting<T> {
  readonly item: T;
  readonly dueMs: number;
}

/** Times are those of `performance.now()`. */
export class TimedQueue<T> {
  readonly #onDue: (item: T) => void;
  /** Sorted; mostly what is added comes last. */
  #waiting: Waiting<T>[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(onDue: (item: T) => void) {
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#waiting.length;
  }

  add(item: T, dueMs: number): void {
    let at = this.#waiting.length;
    while (at > 0 && (this.#waiting[at - 1] as Waiting<T>).dueMs > dueMs) at -= 1;
    this.#waiting.splice(at, 0, { item, dueMs });
    if (at === 0) this.#arm();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  /** Timers are no finer than a millisecond: what is due within half of one counts as due. */
  #run(): void {
    const now = performance.now() + 0.5;
    const later = this.#waiting.findIndex(({ dueMs }) => dueMs > now);
    const due = this.#waiting.splice(0, later < 0 ? this.#waiting.length : later);
    this.#arm();
    for (const { item } of due) this.#onDue(item);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const [next] = this.#waiting;
    if (!next) return;
    const waitMs = Math.max(0, next.dueMs - performance.now());
    this.#timer = setTimeout(() => this.#run(), waitMs);
  }
}
