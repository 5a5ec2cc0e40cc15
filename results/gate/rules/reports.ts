/**
 * What people say who tried the release: no policy needs to name this rule, and no waiver reaches it.
 * One problem holds a release until the one who reported it says that it is well.
 */

import { type Candidate, imagesDigest } from '../candidate.js';
import { clockSkewMs } from '../clock-skew.js';
import type { Evidence } from '../evidence.js';
import type { HumanReport } from '../field-evidence.js';
import { type GateFinding, type RuleResult, statusOf } from '../rule-result.js';

/** Problems with what the candidate was rebuilt from are problems with it. */
export function judgeReports({
  evidence: { candidate, reports },
  now,
}: {
  readonly evidence: Pick<Evidence, 'candidate' | 'reports'>;
  readonly now: Date;
}): RuleResult {
  const versions = [candidate.version, ...candidate.lineage.map(({ version }) => version)];
  const own = reports.filter(({ version }) => versions.includes(version));
  const people = [...new Set(own.map(({ reporter }) => reporter))];
  const said = people.map((name) => {
    return standing(
      own.filter(({ reporter }) => reporter === name),
      candidate,
    );
  });
  const early = own.filter(({ at }) => !(Date.parse(at) <= now.getTime() + clockSkewMs));
  const findings = [
    ...early.map(ofTheFuture),
    ...said.flatMap(({ problems }) => problems.map(problem)),
  ];
  const well = said.filter(({ isWell }) => isWell).length;
  const ill = said.filter(({ problems }) => problems.length > 0).length;
  const summary =
    own.length === 0 ? 'nobody reported' : `${well} say it is well, ${ill} have problems`;
  return { rule: 'reports', kind: 'reports', status: statusOf(findings), summary, findings };
}

/**
 * What is left of one person's reports. Only a word about these very images takes a problem back; about
 * an ancestor, whose images nobody knows here, a word about its version.
 */
function standing(reports: readonly HumanReport[], candidate: Candidate) {
  const images = imagesDigest(candidate);
  const open = new Map<string, HumanReport>();
  let isWell = false;
  for (const report of [...reports].sort((a, b) => a.sequence - b.sequence)) {
    const { version, problem: text, candidate: tried } = report;
    const isCandidate = version === candidate.version && tried === images;
    if (text !== undefined) open.set(version, report);
    else if (isCandidate) open.clear();
    else if (version !== candidate.version) open.delete(version);
    if (text !== undefined || isCandidate) isWell = text === undefined;
  }
  return { problems: [...open.values()], isWell };
}

function problem({ reporter, version, at, problem: text = '' }: HumanReport): GateFinding {
  const seen = `${text} (${at.slice(0, 10)})`;
  return { subject: `${reporter} on ${version}`, expected: 'no problem', seen, status: 'FAIL' };
}

function ofTheFuture({ reporter, version, at }: HumanReport): GateFinding {
  const subject = `${reporter} on ${version}`;
  return { subject, expected: 'a report of the past', seen: at, status: 'ERROR' };
}
