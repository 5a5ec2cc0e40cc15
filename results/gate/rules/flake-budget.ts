/**
 * `flake-budget`: few cases change their mind, and none of them often; of those that never did before enough
 * was seen.
 */

import { binomialTail, type Failures, rateLowerBound } from '../../count-statistics.js';
import { type Cell, cellName, type PlacedAttempt, statusOfCell } from '../cells.js';
import { isOfCode } from '../fresh-runs.js';
import { inheritedDigests } from '../inherited-images.js';
import type { GateFinding } from '../rule-result.js';
import type { History, HistoryEntry } from '../run-evidence.js';
import { aboutFailure, failuresOf, rateOf, toldBefore, whereIs } from './about-cell.js';
import type { Judge, RuleContext } from './context.js';
import { judgeNewFlake } from './new-flake.js';

const dayMs = 86_400_000;

/**
 * By the candidate's own runs, and case by case by the history. What that tells of other code than the policy
 * names speaks against a case, and never for it: it makes no failure usual, and no rate of failures smaller.
 */
export const judgeFlakeBudget: Judge<'flake-budget'> = (rule, context) => {
  const { cells, evidence, policy } = context;
  const told = [...cells.values()].filter((cell) => statusOfCell(cell) !== 'unknown');
  const flaky = told.filter((cell) => statusOfCell(cell) === 'flaky');
  const summary = `${flaky.length} of ${told.length} cases are flaky`;
  const history = usableHistory(rule.windowDays, context);
  const recent = history ? recentEntries(history, rule.windowDays, context) : noEntries;
  const findings = [
    ...overall(flaky, told, rule),
    ...(flaky.length > 0 && history === undefined ? [noHistory(evidence.history)] : []),
    ...flaky.flatMap((cell) => {
      const all = recent.get(pastKey(cell)) ?? [];
      const past = all.filter((entry) => isOfCode(policy, entry));
      const often = ofCase(cell, { pasts: [past, all], most: rule.perCase, context });
      const before = withPast(toldBefore(cell, context), past);
      const isUsual = before.failed > 0 || (before.trials > 0 && !isLeftToBudget(context));
      if (often.length > 0 || isUsual) return often;
      return judgeNewFlake(cell, { most: rule.perCase, passedBefore: before.trials, context });
    }),
  ];
  return { summary, findings };
};

/** Otherwise a rule of kind `must-pass` fails for it already, and somebody has to answer for that. */
function isLeftToBudget({ edge }: RuleContext): boolean {
  return edge.rules.some((rule) => rule.kind === 'must-pass' && rule.flaky === 'budget');
}

/** One that is too old, or of too short a time, says too little. */
function usableHistory(days: number, { evidence, policy, now }: RuleContext): History | undefined {
  const { history } = evidence;
  if (history === undefined || history.days < days) return undefined;
  const age = now.getTime() - Date.parse(history.at);
  return age >= 0 && age <= policy.evidence.maxAgeDays * dayMs ? history : undefined;
}

function noHistory(history: History | undefined): GateFinding {
  const seen = history ? `one of ${history.days} days, made ${history.at}` : 'none';
  const expected = 'a history to judge flaky cases by; make it with yard gate history';
  return { subject: 'the history', expected, seen, status: 'INCONCLUSIVE' };
}

type EntriesByCase = ReadonlyMap<string, readonly HistoryEntry[]>;
const noEntries: EntriesByCase = new Map();

function pastKey({ suite, arch }: { readonly suite: string; readonly arch: string }): string {
  return `${suite} ${arch}`;
}

/**
 * By suite and architecture, of the candidate's system and of what it inherits from: how often a case fails in
 * another branch says nothing of this one.
 */
function recentEntries(
  { entries }: History,
  days: number,
  { evidence, measure, now }: RuleContext,
): EntriesByCase {
  const since = new Date(now.getTime() - days * dayMs).toISOString();
  const inherited = inheritedDigests(evidence, measure);
  const { osName } = evidence.candidate;
  const byCase = new Map<string, HistoryEntry[]>();
  for (const entry of entries) {
    if (entry.at < since || entry.osName !== osName) continue;
    if (!inherited.has(entry.imageSha256)) continue;
    const known = byCase.get(pastKey(entry));
    if (known) known.push(entry);
    else byCase.set(pastKey(entry), [entry]);
  }
  return byCase;
}

function overall(
  flaky: readonly Cell[],
  told: readonly Cell[],
  { rate, p }: { readonly rate: number; readonly p: number },
): GateFinding[] {
  const chance = binomialTail({ failed: flaky.length, trials: told.length }, rate);
  if (flaky.length === 0 || chance >= p) return [];
  const names = flaky.slice(0, 5).map(cellName).join('; ');
  const more = flaky.length > 5 ? `; and ${flaky.length - 5} more` : '';
  const seen = `${flaky.length} of ${told.length}, by chance ${chance.toPrecision(2)}: ${names}${more}`;
  const expected = `at most ${100 * rate} % of the cases flaky`;
  const first = flaky[0] && firstFailure(flaky[0]);
  return [{ subject: 'all cases', expected, seen, status: 'FAIL', ...(first && whereIs(first)) }];
}

function firstFailure({ attempts }: Cell): PlacedAttempt | undefined {
  return attempts.find(({ outcome }) => outcome === 'failed');
}

interface Past {
  /** Each is taken together with the candidate's attempts. */
  readonly pasts: readonly (readonly HistoryEntry[])[];
  /** The share of attempts that may fail. */
  readonly most: number;
  readonly context: RuleContext;
}

/** The candidate's attempts count by themselves, too: a good past would outweigh them. */
function ofCase(cell: Cell, { pasts, most, context }: Past): GateFinding[] {
  const own = failuresOf(cell);
  const pooled = pasts.map((past) => withPast(cell, past));
  const worst = [own, ...pooled].find((counts) => rateLowerBound(counts) > most);
  const first = firstFailure(cell);
  if (worst === undefined || first === undefined) return [];
  const least = (100 * rateLowerBound(worst)).toFixed(0);
  const whose = worst === own ? ', all of this release' : '';
  const seen = `${worst.failed} failures of ${worst.trials}${whose}, at least ${least} %`;
  const expected = `no more than ${100 * most} % of its attempts`;
  const about = { ...aboutFailure(cell, first, context), rate: rateOf(worst) };
  return [{ subject: cellName(cell), expected, seen, status: 'FAIL', ...about }];
}

function withPast(cell: Cell | undefined, past: readonly HistoryEntry[]): Failures {
  const own = failuresOf(cell ?? { attempts: [] });
  const failed = past.reduce((sum, one) => sum + one.failed, own.failed);
  const trials = past.reduce((sum, one) => sum + one.failed + one.passed, own.trials);
  return { failed, trials };
}
