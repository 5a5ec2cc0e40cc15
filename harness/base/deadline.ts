/**
 * Deadlines as abort signals with a named reason. Whatever waits takes a signal; the first reason
 * to abort wins and is the error that the waiter throws.
 */

import { HarnessError } from './errors.js';

/** A signal that can be released early so that its timer does not keep the process alive. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Derives from `parent` a signal that also aborts after `timeoutMs` with the error of `onTimeout`.
 * Dispose it (`using`) when the wait is over.
 */
export function withDeadline(
  parent: AbortSignal,
  timeoutMs: number,
  onTimeout: () => HarnessError,
): Deadline {
  const { signal, ...deadline } = freshDeadline(timeoutMs, onTimeout);
  return { signal: AbortSignal.any([parent, signal]), ...deadline };
}

/** A controller whose signal also aborts, with the same reason, when its parent's does. */
export interface LinkedController extends Disposable {
  readonly signal: AbortSignal;
  /** The first reason counts. */
  abort(reason: unknown): void;
}

/**
 * Like `AbortSignal.any`, which a parent of many thousands of them remembers at a cost, for work that
 * ends before its parent does: dispose it then.
 */
export function linkedController(parent: AbortSignal): LinkedController {
  const controller = new AbortController();
  const onAbort = () => controller.abort(parent.reason);
  if (parent.aborted) onAbort();
  else parent.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    [Symbol.dispose]: () => parent.removeEventListener('abort', onAbort),
  };
}

/** A deadline for a host of speed 1 as it is on this one, in whole milliseconds. */
export function scaleLimit(timeoutMs: number, slowness: number): number {
  return Math.round(timeoutMs * slowness);
}

/** Within how long a command has ended that somebody interrupts, on any host. */
export const interruptedMs = 10_000;

/** The part of it that machines are given to end, without files and without reports. */
const hurriedMs = 5_000;

/**
 * The limit of a teardown, for a host of speed 1: as given, or what an interrupted run has left for
 * it on this host, which is no longer than on another.
 */
export function teardownLimit(timeoutMs: number, slowness: number, run: AbortSignal): number {
  const { reason } = run;
  const isInterrupted = reason instanceof HarnessError && reason.code === 'RUN_INTERRUPTED';
  return isInterrupted ? Math.min(timeoutMs, hurriedMs / slowness) : timeoutMs;
}

/** A deadline that obeys no parent: teardown must run after the run's own signal was aborted. */
export function freshDeadline(timeoutMs: number, onTimeout: () => HarnessError): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(onTimeout()), timeoutMs);
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}

/**
 * Settles like `work`, or rejects with the signal's reason as soon as it aborts. The work itself is
 * not stopped: give it the same signal.
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // Work that loses the race may still reject later, with nobody left to hear it.
  work.catch(() => undefined);
  signal.throwIfAborted();
  const { promise: aborted, reject } = withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** A promise with its settlers, which Node 20 does not have as `Promise.withResolvers`. */
export interface Resolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/** Makes a promise that is settled from outside; a rejection nobody awaits is not reported. */
export function withResolvers<T>(): Resolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
