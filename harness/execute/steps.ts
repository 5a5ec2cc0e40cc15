/**
 * Titled sections of a suite: events when they begin and end, and the titles of where an error was
 * thrown.
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
  /** Where each error was thrown: a suite may catch one and end with another. */
  readonly #thrownAt = new Map<unknown, readonly string[]>();
  #count = 0;

  constructor(listener: StepListener) {
    this.#listener = listener;
  }

  /** Titles of what is open now, outermost first; of the latest, if several run at once. */
  get open(): readonly string[] {
    const innermost = [...this.#open].at(-1);
    return innermost === undefined ? [] : titlesOf(innermost);
  }

  /** Titles of the step that threw this, outermost first; if none did, of what is open now. */
  titlesOf(thrown: unknown): readonly string[] {
    return this.#thrownAt.get(thrown) ?? this.open;
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
    } catch (thrown) {
      // The innermost step sees an error first; for those around it, it only passes by.
      if (!this.#thrownAt.has(thrown)) this.#thrownAt.set(thrown, titlesOf(step));
      throw thrown;
    } finally {
      this.#open.delete(step);
      this.#listener.ended(step.step, ok);
    }
  }
}

function titlesOf(step: OpenStep): string[] {
  return step.parent === undefined ? [step.title] : [...titlesOf(step.parent), step.title];
}
