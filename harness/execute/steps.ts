/**
 * Titled sections of a suite: events when they begin and end, and the open titles of a failure.
 */

import { AsyncLocalStorage } from 'node:async_hooks';

interface OpenStep {
  readonly step: number;
  readonly title: string;
  readonly parent: OpenStep | undefined;
}

/** Who is told; `step` numbers count from 1 within an attempt. */
export interface StepListener {
  started(step: number, title: string, parent: number | undefined): void;
  ended(step: number, ok: boolean): void;
}

/** The steps of one attempt. Steps that run at the same time know their own parents. */
export class Steps {
  readonly #listener: StepListener;
  readonly #current = new AsyncLocalStorage<OpenStep>();
  readonly #open = new Set<OpenStep>();
  #count = 0;
  #failed: readonly string[] | undefined;

  constructor(listener: StepListener) {
    this.#listener = listener;
  }

  /** Titles of where the first failure happened, outermost first; else of what is open now. */
  get titles(): readonly string[] {
    if (this.#failed !== undefined) return this.#failed;
    const innermost = [...this.#open].at(-1);
    return innermost === undefined ? [] : titlesOf(innermost);
  }

  /** Runs the body as a step; its error passes through. */
  async run<T>(title: string, body: () => Promise<T>): Promise<T> {
    const parent = this.#current.getStore();
    const step: OpenStep = { step: ++this.#count, title, parent };
    this.#listener.started(step.step, title, parent?.step);
    this.#open.add(step);
    let ok = false;
    try {
      const result = await this.#current.run(step, body);
      ok = true;
      return result;
    } finally {
      if (!ok) this.#failed ??= titlesOf(step);
      this.#open.delete(step);
      this.#listener.ended(step.step, ok);
    }
  }
}

function titlesOf(step: OpenStep): string[] {
  return step.parent === undefined ? [step.title] : [...titlesOf(step.parent), step.title];
}
