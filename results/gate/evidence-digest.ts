/**
 * Evidence by reference: runs and history, which may be years, stand in it by the digests of their signed
 * statements. What is judged and what is kept of it have the same digest.
 */

import type { Evidence, KnownRun } from './evidence.js';

/** As {@link Evidence}, and no longer than what it names. */
export interface CitedEvidence extends Omit<Evidence, 'runs' | 'baseline' | 'history'> {
  readonly runs: readonly KnownRun[];
  readonly baseline?: Omit<NonNullable<Evidence['baseline']>, 'runs'> & {
    readonly runs: readonly KnownRun[];
  };
  /** The digest of the statement. */
  readonly history?: string;
}

/** The same with digests in the place of what was signed. */
export function citeEvidence({ runs, baseline, history, ...rest }: Evidence): CitedEvidence {
  return {
    ...rest,
    runs: runs.map(cite),
    ...(baseline && { baseline: { ...baseline, runs: baseline.runs.map(cite) } }),
    ...(history && { history: history.statement }),
  };
}

function cite({ runner, sequence, statement }: KnownRun): KnownRun {
  return { runner, sequence, statement };
}
