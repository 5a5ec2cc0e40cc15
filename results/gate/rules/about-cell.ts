/**
 * What a finding about a cell tells besides its failure: how often, since which release, and where to
 * look.
 */

import { type Failures, rateLowerBound, rateUpperBound } from '../../count-statistics.js';
import { type Cell, cellName, type PlacedAttempt, statusOfCell } from '../cells.js';
import type { FailureRate, GateFinding } from '../rule-result.js';
import type { PastRelease, RuleContext } from './context.js';

type Where = Pick<GateFinding, 'run' | 'report'>;
type About = Pick<GateFinding, 'run' | 'report' | 'firstBad' | 'rate'>;

/** For a failure; `attempt` is the one to look into. */
export function aboutFailure(cell: Cell, attempt: PlacedAttempt, context: RuleContext): About {
  return aboutFailureOver(context.releases(), cell, attempt);
}

/** The same where releases are compared by something else than runs on their own images. */
export function aboutFailureOver(
  releases: readonly PastRelease[],
  cell: Cell,
  attempt: PlacedAttempt,
): About {
  const firstBad = firstBadOf(cell, releases);
  return {
    ...whereIs(attempt),
    ...(firstBad !== undefined && { firstBad }),
    rate: rateOf(failuresOf(cell)),
  };
}

/** One failed attempt for each cause, since each has to be waived by itself. */
export function failuresByCause({ attempts }: Pick<Cell, 'attempts'>): readonly PlacedAttempt[] {
  const failed = attempts.filter(({ outcome }) => outcome === 'failed');
  return [...new Map(failed.map((one) => [one.cause?.signature ?? '', one])).values()];
}

/** The cause in one line. */
export function whyOf({ cause }: PlacedAttempt): string {
  return cause ? `${cause.phase} (${cause.code}): ${cause.text}` : 'no reason on record';
}

/** The run, and its report at the case: the address that `report-page` understands. */
export function whereIs({ run, index }: Pick<PlacedAttempt, 'run' | 'index'>): Where {
  return { run, report: `${run}/report.html#/case/${index}` };
}

/** The run, and its report as a whole: for what has no case there. */
export function whereIsRun(run: string): Where {
  return { run, report: `${run}/report.html` };
}

/** Attempts that told something. */
export function failuresOf({ attempts }: Pick<Cell, 'attempts'>): Failures {
  const failed = attempts.filter(({ outcome }) => outcome === 'failed').length;
  const passed = attempts.filter(({ outcome }) => outcome === 'passed').length;
  return { failed, trials: failed + passed };
}

const unjudged = ['errored', 'cancelled'] as const;

/**
 * Names cells that passed beside attempts that were broken off or could not be judged. Those are no
 * failures; but who breaks off what is about to fail must be seen to do so. Empty without any.
 */
export function besideOutcomes(cells: readonly Cell[]): string {
  const green = cells.filter((cell) => ['passed', 'flaky'].includes(statusOfCell(cell)));
  const beside = green.flatMap((cell) => {
    const counts = unjudged.flatMap((outcome) => {
      const count = cell.attempts.filter((one) => one.outcome === outcome).length;
      return count > 0 ? [`${count} ${outcome}`] : [];
    });
    return counts.length > 0 ? [`${cellName(cell)} (${counts.join(', ')})`] : [];
  });
  return beside.length > 0 ? `; attempts that say nothing: ${beside.join('; ')}` : '';
}

/** The same cell on the release before, if it told something there. */
export function toldBefore(cell: Cell, { baselineCells }: RuleContext): Cell | undefined {
  const known = baselineCells.get(cellName(cell));
  return known && failuresOf(known).trials > 0 ? known : undefined;
}

/** The rate with its bounds. */
export function rateOf(seen: Failures): FailureRate {
  return { ...seen, low: rateLowerBound(seen), high: rateUpperBound(seen) };
}

/** Releases that did not have it, or could not tell, say nothing. */
function firstBadOf(cell: Cell, releases: readonly PastRelease[]): string | undefined {
  const name = cellName(cell);
  let first: string | undefined;
  for (const { version, statuses } of [...releases].reverse()) {
    const status = statuses.get(name);
    if (status === 'passed') return first;
    if (status === 'failed' || status === 'flaky') first = version;
  }
  return first;
}
