/**
 * How an attempt ends, where in a machine's life it failed, and how the attempts of one case add up
 * to the status that people and the gate read.
 */

/** What one attempt of a case came to. */
export type Outcome = 'passed' | 'failed' | 'errored' | 'skipped' | 'cancelled';

/** What a planned or excluded case came to, over all of its attempts. */
export type CaseStatus = Outcome | 'flaky' | 'missing' | 'excluded';

/** Every status, in the order in which reports count them. */
export const caseStatuses: readonly CaseStatus[] = [
  'passed',
  'failed',
  'errored',
  'flaky',
  'missing',
  'cancelled',
  'skipped',
  'excluded',
];

/** The part of a machine's life in which a failure happened. */
export type Phase =
  | 'host'
  | 'qemu'
  | 'firmware'
  | 'bootloader'
  | 'kernel'
  | 'initrd'
  | 'ignition'
  | 'units'
  | 'ssh'
  | 'suite'
  | 'teardown';

/** Whose fault an error is, and so which outcome it leads to. See {@link outcomeOfKind}. */
export type ErrorKind = 'usage' | 'product' | 'infrastructure' | 'cancelled' | 'internal';

/** The durable description of why an attempt did not pass. */
export interface Failure {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly phase: Phase;
  readonly message: string;
  /** The machine at fault, when it is known. */
  readonly machine?: string;
  /** The line or reading that proves it, quoted. */
  readonly evidence?: string;
  /** The titles of the steps that were open, outermost first. */
  readonly steps?: readonly string[];
  readonly stack?: string;
}

/** The outcome that an error of this kind gives to the attempt in which it was thrown. */
export function outcomeOfKind(kind: ErrorKind): Outcome {
  if (kind === 'product') return 'failed';
  if (kind === 'cancelled') return 'cancelled';
  return 'errored';
}

/**
 * The status of a planned case from the outcomes of its attempts, oldest first. The last outcome
 * counts, except that a failure is undone by nothing: a pass after it is flaky, and what tells
 * nothing after it leaves the case failed. No attempt at all is missing.
 */
export function statusOfAttempts(outcomes: readonly Outcome[]): CaseStatus {
  const last = outcomes.at(-1);
  if (last === undefined) return 'missing';
  if (!outcomes.includes('failed')) return last;
  return last === 'passed' ? 'flaky' : 'failed';
}

/** What a whole run came to: earned, refused, or not known. */
export type RunVerdict = 'passed' | 'failed' | 'inconclusive';

/**
 * The verdict over the statuses of a run's cases. A failure or a flaky case refuses; an errored,
 * missing or cancelled case, or nothing that passed, leaves the question open.
 */
export function verdictOf(statuses: readonly CaseStatus[]): RunVerdict {
  if (statuses.some((status) => status === 'failed' || status === 'flaky')) return 'failed';
  const open = statuses.some((s) => s === 'errored' || s === 'missing' || s === 'cancelled');
  return open || !statuses.includes('passed') ? 'inconclusive' : 'passed';
}
