/**
 * A verdict in words: what was asked, what each rule found, and what to do about it.
 */

import { oneLine } from '../reporters/plain-text.js';
import type { GateAnswer, GateVerdict } from './evaluate.js';
import type { FailureRate, GateFinding, RuleResult } from './rule-result.js';

const answers: Readonly<Record<GateAnswer, string>> = {
  promote: 'PROMOTE  every rule holds',
  'needs-approval': 'NEEDS APPROVAL  every other rule holds',
  hold: 'HOLD  rules do not hold, or nobody can tell yet',
  block: 'BLOCK  what is said of it can’t be believed',
};

/** How many findings of a rule are shown unless all are wanted. */
const usual = 5;

/** Lines for a terminal; `all` shows every finding. */
export function explainVerdict(verdict: GateVerdict, { all = false } = {}): readonly string[] {
  const { version, from, to, mode, at, digests } = verdict;
  const how = mode === 'rebuild' ? 'built anew for its channel' : 'the same bytes';
  return [
    `${version}, ${from} to ${to}, ${how}, judged at ${at}`,
    '',
    ...verdict.rules.flatMap((result) => explainRule(result, all)),
    ...whereReportsAre(verdict),
    '',
    answers[verdict.verdict],
    `  candidate ${digests.candidate.slice(0, 12)}, policy ${digests.policy.slice(0, 12)}`,
    `  evidence ${digests.evidence.slice(0, 12)}, inventory ${digests.inventory.slice(0, 12)}`,
  ];
}

function explainRule({ rule, status, summary, findings }: RuleResult, all: boolean): string[] {
  const shown = all ? findings : findings.slice(0, usual);
  const left = findings.length - shown.length;
  return [
    `${status.padEnd(12)} ${rule.padEnd(16)} ${oneLine(summary)}`,
    ...shown.flatMap(explainFinding),
    ...(left > 0 ? [`             and ${left} more; see yard gate explain`] : []),
  ];
}

/** Reports may be on another host, or removed, and can be made again wherever the run is. */
function whereReportsAre({ rules }: GateVerdict): readonly string[] {
  const isToSee = rules.some(({ findings }) => findings.some(({ report }) => report));
  const next = 'where one is missing: ./yard report RUN --format html';
  return isToSee ? ['', `reports are in the directory of the runs; ${next}`] : [];
}

function explainFinding(finding: GateFinding): string[] {
  const { subject, expected, seen, run, report, waivedBy } = finding;
  const told = describeFailure(finding);
  const where = report ?? (run && `run ${run}`);
  const excuse = waivedBy ? [`               waived by ${waivedBy}`] : [];
  return [
    `             ${oneLine(subject)}: expected ${oneLine(expected)}, seen ${oneLine(seen)}`,
    ...(told ? [`               ${told}`] : []),
    ...(where ? [`               see ${where}`] : []),
    ...excuse,
  ];
}

/** Since which release, how often, and what a waiver has to name; empty where nothing of it is known. */
export function describeFailure({ firstBad, rate, signature }: GateFinding): string {
  const since = [firstBad && `first bad in ${firstBad}`, rate && describeRate(rate)];
  return [...since, signature && `signature ${signature}`].filter(Boolean).join('; ');
}

/** `failed 1 of 2, 3 % to 97 %`; each bound holds with 95 %. */
function describeRate({ failed, trials, low, high }: FailureRate): string {
  return `failed ${failed} of ${trials}, ${(100 * low).toFixed(0)} % to ${(100 * high).toFixed(0)} %`;
}
