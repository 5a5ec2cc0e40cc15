/**
 * `inventory`: the runs planned all suites that there are, and left out none that ran before.
 */

import picomatch from 'picomatch';
import type { SuiteId } from '../../../harness/model/ids.js';
import { digestOf } from '../canonical-json.js';
import { type Cell, cellName, cellsOf, statusOfCell } from '../cells.js';
import type { GateFinding } from '../rule-result.js';
import type { RuleOf } from '../rule-schema.js';
import { failuresOf, whereIs, whereIsRun } from './about-cell.js';
import type { Judge, RuleContext } from './context.js';
import { noReference } from './no-reference.js';

/** The digest of an inventory: of the ids of its suites, sorted. */
export function inventoryDigest(suites: readonly SuiteId[]): string {
  return digestOf([...suites].sort());
}

/** Where a suite is to run. */
interface Place {
  readonly arch: string;
  readonly platform: string;
}

/** Excluded by the plan and skipped by the guest are judged alike. */
export const judgeInventory: Judge<'inventory'> = (rule, context) => {
  const suites = [...context.inventory];
  const digest = inventoryDigest(suites);
  const summary = `${suites.length} suites`;
  if (digest !== rule.digest) {
    const expected = `the suites of digest ${rule.digest}`;
    const seen = `${suites.length} suites of digest ${digest}`;
    return { summary, findings: [{ subject: 'the inventory', expected, seen, status: 'ERROR' }] };
  }
  const findings = placesOf(context).flatMap((place) => [
    ...missing(place, context),
    ...leftOut(place, rule, context),
  ]);
  return { summary, findings: [...noBaseline(context), ...findings, ...skipped(rule, context)] };
};

/** Without runs of it nobody can say what it ran. */
function noBaseline(context: RuleContext): GateFinding[] {
  if (context.measure === undefined || aloneRuns(context.baselineRuns, context).length > 0)
    return [];
  return [noReference('to see what it left out', context)];
}

/** Every architecture of the candidate on every platform that the edge wants it on. */
function placesOf({ edge, evidence }: RuleContext): readonly Place[] {
  const named = edge.rules.flatMap((rule) => (rule.kind === 'must-pass' ? rule.platforms : []));
  const arches = evidence.candidate.images.map(({ arch }) => arch);
  return arches.flatMap((arch) => [...new Set(named)].map((platform) => ({ arch, platform })));
}

function runsIn(runs: RuleContext['runs'], { arch, platform }: Place): RuleContext['runs'] {
  return runs.filter((run) => run.arch === arch && run.platform === platform);
}

function missing(place: Place, { runs, inventory }: RuleContext): GateFinding[] {
  const own = runsIn(runs, place);
  const told = new Set(
    own.flatMap(({ cases, excluded }) => [...cases, ...excluded].map(({ suite }) => suite)),
  );
  return [...inventory]
    .filter((suite) => !told.has(suite))
    .map((suite) => {
      const expected = `planned or excluded on ${place.arch}, ${place.platform}`;
      return { subject: suite, expected, seen: 'in no run', status: 'INCONCLUSIVE' } as const;
    });
}

/** What the release before ran in whatever run, it did run: of the rest only the reasons are not believed. */
function leftOut(place: Place, rule: RuleOf<'inventory'>, context: RuleContext): GateFinding[] {
  const { runs, measure } = context;
  const own = aloneRuns(context.baselineRuns, context);
  if (measure !== undefined && own.length === 0) return [];
  const now = leftOutOf(runs, place);
  const before = leftOutOf(own, place, aloneRuns(context.baselineRest, context));
  const { arch } = place;
  const isAllowed = allowed(rule);
  return [...now]
    .filter(([suite]) => !isAllowed(suite))
    .filter(([suite]) => measure === undefined || !before.has(suite))
    .map(([suite, left]) => {
      const expected = measure
        ? `run on ${arch} as for ${measure.named}`
        : `run on ${arch}, or named by the policy`;
      return { subject: suite, expected, ...left, status: 'FAIL' } as const;
    });
}

/** Not those in which it was updated to the candidate: the candidate can't be asked for the same. */
function aloneRuns(
  runs: RuleContext['runs'],
  { evidence: { candidate } }: RuleContext,
): RuleContext['runs'] {
  const payloads = candidate.images.map(({ payloadSha256 }) => payloadSha256);
  return runs.filter(({ updatesTo }) => {
    return !updatesTo.some(({ payloadSha256 }) => payloads.includes(payloadSha256));
  });
}

function allowed({ excluded }: RuleOf<'inventory'>): (suite: SuiteId) => boolean {
  const globs = excluded.map(({ suite }) => picomatch(suite));
  return (suite) => globs.some((matches) => matches(suite));
}

/** What a guest skipped with one firmware only, and had an answer to before. */
function skipped(
  rule: RuleOf<'inventory'>,
  { cells, baselineRuns, baselineRest, measure }: RuleContext,
): GateFinding[] {
  const isAllowed = allowed(rule);
  const own = [...cells.values()].filter((cell) => statusOfCell(cell) === 'skipped');
  if (own.length === 0) return [];
  const known = cellsOf([...baselineRuns, ...baselineRest]);
  return own.flatMap((cell): GateFinding[] => {
    const before = known.get(cellName(cell));
    const isTold = before !== undefined && failuresOf(before).trials > 0;
    const isRunBeside = [...cells.values()].some((other) => {
      return sameSuiteAndPlace(cell, other) && statusOfCell(other) !== 'skipped';
    });
    if (!isTold || isAllowed(cell.suite) || !isRunBeside) return [];
    const expected = `run as for ${measure?.named}`;
    const last = cell.attempts.at(-1);
    const seen = { seen: 'skipped by the guest', ...(last && whereIs(last)) };
    return [{ subject: cellName(cell), expected, ...seen, status: 'FAIL' }];
  });
}

/** Whether they differ in the firmware at most. */
function sameSuiteAndPlace(one: Cell, other: Cell): boolean {
  const { suite, arch, platform } = one;
  return other.suite === suite && other.arch === arch && other.platform === platform;
}

/** Why a suite did not run, and where to look. */
type LeftOut = Pick<GateFinding, 'seen' | 'run' | 'report'>;

/** Suites that ran in none of the runs, nor in the `rest`, as the last of the runs says. */
function leftOutOf(
  runs: RuleContext['runs'],
  place: Place,
  rest: RuleContext['runs'] = [],
): ReadonlyMap<SuiteId, LeftOut> {
  const own = runsIn(runs, place);
  const ran = new Set(
    [...own, ...runsIn(rest, place)].flatMap(({ cases }) => {
      return cases.filter((one) => !isSkipped(one)).map(({ suite }) => suite);
    }),
  );
  const excluded = own.flatMap(({ run, excluded }) => {
    return excluded.map(({ suite, reason }): [SuiteId, LeftOut] => {
      return [suite, { seen: reason, ...whereIsRun(run) }];
    });
  });
  const skipped = own.flatMap(({ run, cases }) => {
    return cases.flatMap((one, index): [SuiteId, LeftOut][] => {
      const left = { seen: 'skipped by the guest', ...whereIs({ run, index }) };
      return isSkipped(one) ? [[one.suite, left]] : [];
    });
  });
  return new Map([...excluded, ...skipped].filter(([suite]) => !ran.has(suite)));
}

function isSkipped(one: RuleContext['runs'][number]['cases'][number]): boolean {
  return statusOfCell(one) === 'skipped';
}
