/**
 * A verdict in words: what was asked, what each rule found, and what to do about it.
 */

import { oneLine } from '../reporters/plain-text.js';
import type { GateAnswer, GateVerdict } from './evaluate.js';
import type { GateFinding, RuleResult } from './rule-result.js';

const answers: Readonly<Record<GateAnswer, string>> = {
  promote: 'PROMOTE  every rule holds',
  'needs-approval': 'NEEDS APPROVAL  every other rule holds',
  hold: 'HOLD  rules do not hold, or nobody can tell yet',
  block: 'BLOCK  what is said of it can’t be believed',
};

/** How many findings of a rule are shown without `--all`. */
const usual = 5;

/** Lines for a terminal; `all` shows every finding. */
export function explainVerdict(verdict: GateVerdict, { all = false } = {}): readonly string[] {
  const { version, from, to, mode, at, digests } = verdict;
  const how = mode === 'rebuild' ? 'built anew for its channel' : 'the same bytes';
  return [
    `${version}, ${from} to ${to}, ${how}, judged at ${at}`,
    '',
    ...verdict.rules.flatMap((result) => explainRule(result, all)),
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
    ...(left > 0 ? [`             and ${left} more; see --all`] : []),
  ];
}

function explainFinding(finding: GateFinding): string[] {
  const { subject, expected, seen, signature, run, waivedBy } = finding;
  const where = [run && `run ${run}`, signature && `signature ${signature}`].filter(Boolean);
  const excuse = waivedBy ? [`               waived by ${waivedBy}`] : [];
  return [
    `             ${oneLine(subject)}: expected ${oneLine(expected)}, seen ${oneLine(seen)}`,
    ...(where.length > 0 ? [`               ${where.join(', ')}`] : []),
    ...excuse,
  ];
}
