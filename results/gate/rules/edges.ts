/**
 * `edges`: machines of the versions that are in the field were updated to the candidate, and came back.
 */

import picomatch from 'picomatch';
import { cellName, cellsOf, statusOfCell } from '../cells.js';
import type { RunEvidence } from '../evidence.js';
import type { GateFinding } from '../rule-result.js';
import type { Judge, RuleContext } from './context.js';

/** A run proves an edge when its machines began with that version and were given this payload. */
export const judgeEdges: Judge<'edges'> = (rule, context) => {
  const { candidate, baseline } = context.evidence;
  const isMeant = picomatch([...rule.cases]);
  const versions = rule.from.flatMap((version) => {
    if (version !== 'previous') return [version];
    return baseline ? [baseline.version] : [];
  });
  const findings = versions.flatMap((version) => {
    return candidate.images.flatMap(({ arch, payloadSha256 }) => {
      const runs = runsFrom(context, version).filter((run) => {
        return run.arch === arch && run.updatesTo.some((to) => to.payloadSha256 === payloadSha256);
      });
      return judgeRuns(runs, { isMeant, edge: `${version} on ${arch}` });
    });
  });
  return { summary: `updates from ${versions.join(', ') || 'nowhere'}`, findings };
};

function runsFrom({ evidence, policy, now }: RuleContext, version: string): RunEvidence[] {
  const oldest = now.getTime() - policy.evidence.maxAgeDays * 86_400_000;
  const all = [...evidence.runs, ...(evidence.baseline?.runs ?? [])];
  return all
    .map((signed) => signed.evidence)
    .filter((run) => run.version === version && run.osName === evidence.candidate.osName)
    .filter(({ endedAt }) => endedAt !== undefined && Date.parse(endedAt) >= oldest);
}

function judgeRuns(
  runs: readonly RunEvidence[],
  { isMeant, edge }: { readonly isMeant: (suite: string) => boolean; readonly edge: string },
): GateFinding[] {
  const cells = [...cellsOf(runs).values()].filter(({ suite }) => isMeant(suite));
  const subject = `the update from ${edge}`;
  if (cells.length === 0) {
    return [{ subject, expected: 'proven', seen: 'in no run', status: 'INCONCLUSIVE' }];
  }
  return cells.flatMap((cell): GateFinding[] => {
    const status = statusOfCell(cell);
    if (status === 'passed') return [];
    const cause = cell.attempts.find(({ outcome }) => outcome === 'failed')?.cause;
    const isKnown = status === 'failed' || status === 'flaky';
    const finding = { subject: `${subject}: ${cellName(cell)}`, expected: 'passed', seen: status };
    const told = { ...finding, status: isKnown ? 'FAIL' : 'INCONCLUSIVE' } as const;
    return [{ ...told, ...(cause && { signature: cause.signature }) }];
  });
}
