/**
 * `completeness`: somebody looked, and everything that belongs to the release is there.
 */

import type { GateFinding } from '../rule-result.js';
import type { Judge } from './context.js';

/** By a report that an auditor signed, of this version. */
export const judgeCompleteness: Judge<'completeness'> = (_rule, { evidence }) => {
  const { assets: report, candidate } = evidence;
  if (report === undefined || report.version !== candidate.version) {
    const seen = report ? `a report on ${report.version}` : 'none';
    const expected = `a report on the files of ${candidate.version}`;
    const finding = { subject: 'the release', expected, seen, status: 'INCONCLUSIVE' } as const;
    return { summary: 'no report', findings: [finding] };
  }
  const findings = report.assets.flatMap(({ name, problem }): GateFinding[] => {
    if (problem === undefined) return [];
    return [{ subject: name, expected: 'there, signed and whole', seen: problem, status: 'FAIL' }];
  });
  if (report.assets.length > 0) return { summary: `${report.assets.length} files`, findings };
  const finding = {
    subject: 'the release',
    expected: 'files',
    seen: 'none',
    status: 'FAIL',
  } as const;
  return { summary: 'no files', findings: [finding] };
};
