/**
 * What is asked of a network's thread, with a limit each: a thread that is stuck answers nothing, and
 * does not end either.
 */

import type { Worker } from 'node:worker_threads';
import {
  abortable,
  freshDeadline,
  type Resolvers,
  withResolvers,
} from '../../harness/base/deadline.js';
import { InfrastructureError } from '../../harness/base/errors.js';
import type { NetworkCall, NumberedAnswer, NumberedCall } from './network-thread.js';

/** Within what a thread answers that is not stuck, on a host of speed 1. */
export interface ThreadLimits {
  readonly answerMs: number;
  /** Also until its captures are written. */
  readonly closeMs: number;
}

/** Long enough for a host that is busy. */
export const usualLimits: ThreadLimits = { answerMs: 30_000, closeMs: 5_000 };

/** Number 0 is nobody's question: the thread says by it that the network is open. */
const openNumber = 0;

export class ThreadCalls {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Resolvers<unknown>>();
  /** What the thread is asked for last, and what it says unasked. */
  #last = openNumber;
  readonly opened: Promise<unknown>;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.opened = this.#wait(openNumber);
  }

  /** Throws NETWORK_FAILED (infrastructure) after the limit. */
  async ask(call: NetworkCall, limitMs: number): Promise<unknown> {
    this.#last += 1;
    const numbered: NumberedCall = { id: this.#last, call };
    const answered = this.#wait(numbered.id);
    this.#worker.postMessage(numbered);
    using deadline = freshDeadline(limitMs, () => silence(call.kind, limitMs));
    return await abortable(answered, deadline.signal);
  }

  receive({ id, result }: NumberedAnswer): void {
    this.#waiting.get(id)?.resolve(result);
    this.#waiting.delete(id);
  }

  /** Nothing is answered any more. */
  fail(cause: Error): void {
    for (const { reject } of this.#waiting.values()) reject(cause);
    this.#waiting.clear();
  }

  #wait(id: number): Promise<unknown> {
    const waiting = withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    return waiting.promise;
  }
}

/** NETWORK_FAILED of a thread that does not do what it is told. */
export function silence(what: string, limitMs: number): InfrastructureError {
  const message = `the cluster's network did not answer “${what}” within ${limitMs / 1000} s: its thread is stuck`;
  return new InfrastructureError('NETWORK_FAILED', message, { phase: 'host' });
}

/** NETWORK_FAILED by whatever is at the bottom of it. */
export function failureBy(cause: Error): InfrastructureError {
  if (cause instanceof InfrastructureError) return cause;
  const message = `the cluster's network has failed: ${cause.message}`;
  const evidence = cause.stack ?? cause.message;
  return new InfrastructureError('NETWORK_FAILED', message, { phase: 'host', cause, evidence });
}
