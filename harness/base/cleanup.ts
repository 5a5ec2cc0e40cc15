/**
 * An ordered list of things to undo. Every step runs even when an earlier one fails, and each
 * failure is kept: Node 20 has no AsyncDisposableStack.
 */

import type { Failure } from '../model/outcome.js';
import { HarnessError, toError, toFailure } from './errors.js';

interface Step {
  readonly title: string;
  readonly undo: () => Promise<void> | void;
}

/** Acquire, then `add` in the next statement. Disposing runs the steps in reverse order, once. */
export class Cleanup implements AsyncDisposable {
  #steps: Step[] = [];
  #running: Promise<readonly Failure[]> | undefined;

  /** Registers how to undo what was just acquired; `title` names it in a failure. */
  add(title: string, undo: () => Promise<void> | void): void {
    this.#steps.push({ title, undo });
  }

  /** Registers a disposable and returns it. */
  own<T extends AsyncDisposable>(title: string, resource: T): T {
    this.add(title, async () => await resource[Symbol.asyncDispose]());
    return resource;
  }

  /** Hands the steps over to a new owner; this one has nothing left to undo. */
  move(): Cleanup {
    const heir = new Cleanup();
    heir.#steps = this.#steps;
    this.#steps = [];
    return heir;
  }

  /** Runs all steps and returns what failed, code CLEANUP_FAILED unless the error has its own. */
  run(): Promise<readonly Failure[]> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll(): Promise<readonly Failure[]> {
    const failures: Failure[] = [];
    for (const step of this.#steps.reverse()) {
      try {
        await step.undo();
      } catch (thrown) {
        failures.push(cleanupFailure(step.title, thrown));
      }
    }
    return failures;
  }

  /** Like {@link run}, but throws the first failure. */
  async [Symbol.asyncDispose](): Promise<void> {
    const [first] = await this.run();
    if (first) throw new HarnessError(first.kind, first.code, first.message, { phase: 'teardown' });
  }
}

function cleanupFailure(title: string, thrown: unknown): Failure {
  const error = toError(thrown);
  if (error instanceof HarnessError) return { ...toFailure(error, 'teardown'), phase: 'teardown' };
  const message = `${title}: ${error.message}`;
  const wrapped = new HarnessError('infrastructure', 'CLEANUP_FAILED', message, { cause: error });
  return toFailure(wrapped, 'teardown');
}
