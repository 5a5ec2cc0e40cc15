/**
 * The gate itself: policy, evidence, waivers and the time in, verdict out. Pure, so that anybody can
 * repeat it years later and get the same bytes. Every rule is always judged and explained.
 */

import { applyWaivers } from './apply-waivers.js';
import { digestOf } from './canonical-json.js';
import { type Cells, cellsOf, statusesOf, statusesOfCells } from './cells.js';
import { candidateDigest } from './consent.js';
import type { Evidence } from './evidence.js';
import { citeEvidence } from './evidence-digest.js';
import { tellsWhatIsUsual, weighRuns } from './fresh-runs.js';
import { judgeIntegrity } from './integrity.js';
import { measureOf } from './measure.js';
import type { Edge, Policy } from './policy-schema.js';
import { type RuleResult, type RuleStatus, statusOf, worstOf } from './rule-result.js';
import type { Rule } from './rule-schema.js';
import { judgeAge } from './rules/age.js';
import { judgeApprovals, validApprovals } from './rules/approvals.js';
import { judgeCanary } from './rules/canary.js';
import { judgeCompleteness } from './rules/completeness.js';
import type { Judgement, PastRelease, RuleContext } from './rules/context.js';
import { judgeEdges } from './rules/edges.js';
import { judgeFlakeBudget } from './rules/flake-budget.js';
import { inventoryDigest, judgeInventory } from './rules/inventory.js';
import { judgeMustPass } from './rules/must-pass.js';
import { judgeNoRegression } from './rules/no-regression.js';
import { judgePerformance } from './rules/performance.js';
import { judgeReports } from './rules/reports.js';
import { judgeRevocations } from './rules/revocations.js';
import type { RunEvidence } from './run-evidence.js';
import { compare, type Waiver } from './waiver.js';

/** All that a verdict follows from. */
export interface GateRequest {
  readonly policy: Policy;
  readonly edge: Edge;
  readonly evidence: Evidence;
  readonly waivers: readonly Waiver[];
  readonly now: Date;
}

/**
 * `needs-approval`: nothing but people's consent is missing; `hold`: something failed, or is not known
 * yet; `block`: the evidence itself is not to be believed.
 */
export type GateAnswer = 'promote' | 'needs-approval' | 'hold' | 'block';

export interface GateVerdict {
  readonly schema: 1;
  readonly verdict: GateAnswer;
  readonly version: string;
  readonly from: string;
  readonly to: string;
  readonly mode: Edge['mode'];
  /** ISO 8601. */
  readonly at: string;
  readonly digests: {
    readonly candidate: string;
    readonly policy: string;
    readonly inventory: string;
    readonly evidence: string;
    readonly waivers: readonly string[];
  };
  readonly rules: readonly RuleResult[];
}

/** Never throws for what evidence says: a rule that can't be judged is an ERROR, and blocks. */
export function evaluate(request: GateRequest): GateVerdict {
  const { policy, edge, evidence, waivers, now } = request;
  const { candidate, inventory } = evidence;
  const context = contextOf(request);
  const judged = edge.rules.map((rule) => resultOf(rule, context));
  const all = [
    judgeIntegrity(request),
    judgeReports(request),
    judgeRevocations(evidence),
    ...judged,
  ];
  const approvals = validApprovals(context);
  const rules = applyWaivers(all, waivers, { policy, candidate, approvals, now });
  return {
    schema: 1,
    verdict: answerOf(rules),
    version: candidate.version,
    from: edge.from,
    to: edge.to,
    mode: edge.mode,
    at: now.toISOString(),
    digests: {
      candidate: candidateDigest(candidate),
      policy: context.policyDigest,
      inventory: inventoryDigest(inventory),
      evidence: digestOf(citeEvidence(evidence)),
      waivers: waivers.map(({ digest }) => digest).sort(),
    },
    rules,
  };
}

function contextOf({ policy, edge, evidence, now }: GateRequest): RuleContext {
  const { fresh: runs, rest } = weighRuns({ policy, evidence, now });
  const measure = measureOf(evidence, edge.to);
  const before = measure?.runs ?? [];
  const isUsual = (run: RunEvidence) => tellsWhatIsUsual(policy, run);
  const baselineRuns = before.filter(isUsual);
  const cells = cellsOf(runs, rest);
  let releases: readonly PastRelease[] | undefined;
  return {
    policy,
    policyDigest: digestOf(policy),
    edge,
    evidence,
    runs,
    cells,
    measure,
    baselineRuns,
    baselineRest: before.filter((run) => !isUsual(run)),
    baselineCells: cellsOf(baselineRuns),
    // Only a failure asks, and there may be none among years of runs.
    releases: () => {
      releases ??= releasesOf(evidence, cells);
      return releases;
    },
    inventory: new Set(evidence.inventory),
    now,
  };
}

function releasesOf({ candidate, runs }: Evidence, cells: Cells): readonly PastRelease[] {
  const byVersion = new Map<string, RunEvidence[]>();
  for (const { evidence: run } of runs) {
    if (run.osName !== candidate.osName || compare(run.version, candidate.version) >= 0) continue;
    const own = byVersion.get(run.version);
    if (own) own.push(run);
    else byVersion.set(run.version, [run]);
  }
  const before = [...byVersion].sort(([a], [b]) => compare(a, b));
  return [
    ...before.map(([version, own]) => ({ version, statuses: statusesOf(own) })),
    { version: candidate.version, statuses: statusesOfCells(cells) },
  ];
}

function resultOf(rule: Rule, context: RuleContext): RuleResult {
  const { summary, findings } = judgementOf(rule, context);
  return { rule: rule.id, kind: rule.kind, status: statusOf(findings), summary, findings };
}

function judgementOf(rule: Rule, context: RuleContext): Judgement {
  try {
    return judge(rule, context);
  } catch (thrown) {
    const seen = thrown instanceof Error ? thrown.message : String(thrown);
    const finding = { subject: rule.id, expected: 'a judgement', seen, status: 'ERROR' } as const;
    return { summary: 'it could not be judged', findings: [finding] };
  }
}

function judge(rule: Rule, context: RuleContext): Judgement {
  switch (rule.kind) {
    case 'must-pass':
      return judgeMustPass(rule, context);
    case 'inventory':
      return judgeInventory(rule, context);
    case 'no-regression':
      return judgeNoRegression(rule, context);
    case 'flake-budget':
      return judgeFlakeBudget(rule, context);
    case 'edges':
      return judgeEdges(rule, context);
    case 'completeness':
      return judgeCompleteness(rule, context);
    case 'age':
      return judgeAge(rule, context);
    case 'canary':
      return judgeCanary(rule, context);
    case 'performance':
      return judgePerformance(rule, context);
    case 'approvals':
      return judgeApprovals(rule, context);
  }
}

const green: readonly RuleStatus[] = ['PASS', 'WAIVED'];

function answerOf(rules: readonly RuleResult[]): GateAnswer {
  if (worstOf(rules.map(({ status }) => status)) === 'ERROR') return 'block';
  const open = rules.filter(({ status }) => !green.includes(status));
  if (open.length === 0) return 'promote';
  const waitsForPeople = open.every(({ kind, status }) => {
    return (kind === 'approvals' || kind === 'waivers') && status === 'PENDING';
  });
  return waitsForPeople ? 'needs-approval' : 'hold';
}
