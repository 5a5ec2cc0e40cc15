/**
 * The one base of all errors, and the conversion of anything thrown into the durable failure that
 * the record keeps. Blame is decided by `kind`, never by the text of a message.
 */

import type { ErrorKind, Failure, Phase } from '../model/outcome.js';

/** Optional parts of an error: cause, phase, the evidence that supports the blame, what is left. */
export interface ErrorDetails {
  readonly cause?: unknown;
  readonly phase?: Phase;
  readonly machine?: string;
  readonly evidence?: string;
  readonly leftovers?: readonly Failure[];
  /** For how long a guest was waited for until a deadline of ours ended it. */
  readonly waitedMs?: number;
}

/** An error with a stable code and a blame. The message says what to do next where that is known. */
export class HarnessError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly phase: Phase | undefined;
  readonly machine: string | undefined;
  readonly evidence: string | undefined;
  /** What could not be cleaned up after it; empty unless cleaning up failed, too. */
  readonly leftovers: readonly Failure[];
  /** Set where the guest had time and did not use it; a host may have kept it from that. */
  readonly waitedMs: number | undefined;

  constructor(kind: ErrorKind, code: string, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = new.target.name;
    this.kind = kind;
    this.code = code;
    this.phase = details.phase;
    this.machine = details.machine;
    this.evidence = details.evidence;
    this.leftovers = details.leftovers ?? [];
    this.waitedMs = details.waitedMs;
  }
}

/** The caller asked for something impossible; nothing was created. Exit status 2. */
export class UsageError extends HarnessError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super('usage', code, message, details);
  }
}

/** The image is wrong. */
export class ProductError extends HarnessError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super('product', code, message, details);
  }
}

/** The host, QEMU or the network between is at fault, shown by evidence from the host. */
export class InfrastructureError extends HarnessError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super('infrastructure', code, message, details);
  }
}

/** Somebody or a deadline of the whole run ended the work. */
export class CancelledError extends HarnessError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super('cancelled', code, message, details);
  }
}

/** A suite's statement about the machine did not hold. Code ASSERTION_FAILED. */
export class AssertionFailed extends ProductError {
  readonly expected: string;
  readonly actual: string;

  constructor(what: string, expected: string, actual: string) {
    super('ASSERTION_FAILED', `${what}: expected ${expected}, got ${actual}`, { phase: 'suite' });
    this.expected = expected;
    this.actual = actual;
  }
}

/** Thrown by `context.skip`; not an error of anybody. */
export class SkipSignal extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(`skipped: ${reason}`);
    this.reason = reason;
  }
}

/** Anything thrown, as an error: non-errors are wrapped. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}

/** What could not be cleaned up after anything thrown, as far as it says. */
export function leftoversOf(thrown: unknown): readonly Failure[] {
  return thrown instanceof HarnessError ? thrown.leftovers : [];
}

/** Drops the keys whose value is undefined, so that `exactOptionalPropertyTypes` is satisfied. */
export function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** The durable form of anything thrown. What is not a HarnessError is our own fault: INTERNAL. */
export function toFailure(thrown: unknown, fallbackPhase: Phase): Failure {
  const error = toError(thrown);
  const known = error instanceof HarnessError ? error : undefined;
  return defined({
    code: known?.code ?? 'INTERNAL',
    kind: known?.kind ?? 'internal',
    phase: known?.phase ?? fallbackPhase,
    message: error.message,
    machine: known?.machine,
    evidence: known?.evidence,
    stack: error.stack,
  }) as Failure;
}
