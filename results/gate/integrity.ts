/**
 * What must be true of the evidence before any rule may be judged by it. Whatever is wrong here makes
 * the verdict `block`: it is not the release that is in doubt, but what is said of it.
 */

import { type Evidence, type PastPromotion, rowOfReports, type SignedRun } from './evidence.js';
import { runsByAge } from './fresh-runs.js';
import type { Edge, Policy } from './policy-schema.js';
import { type GateFinding, type RuleResult, statusOf } from './rule-result.js';
import { untoldFailures } from './untold-failures.js';
import { compare } from './waiver.js';

interface Request {
  readonly policy: Policy;
  readonly edge: Edge;
  readonly evidence: Evidence;
  readonly now: Date;
}

/** How far the clocks of runners may be ahead. */
const skewMs = 10 * 60_000;

function wrong(subject: string, expected: string, seen: string): GateFinding {
  return { subject, expected, seen, status: 'ERROR' };
}

/** The rule that no policy needs to name. */
export function judgeIntegrity(request: Request): RuleResult {
  const { evidence } = request;
  const all = [...evidence.runs, ...(evidence.baseline?.runs ?? [])];
  const findings = [
    ...ofCandidate(request),
    ...ofLineage(request),
    ...ofChains(all),
    ...ofKnownRuns(evidence),
    ...ofRepeats(evidence.runs),
    ...untoldFailures(evidence),
    ...all.flatMap((signed) => [...ofRun(signed, request)]),
    ...ofCoverage(request),
    ...ofArchitectures(request),
  ];
  const summary = `${all.length} runs of ${new Set(all.map(({ runner }) => runner)).size} runners`;
  return { rule: 'integrity', kind: 'integrity', status: statusOf(findings), summary, findings };
}

function* ofCandidate({ evidence, edge }: Request): Iterable<GateFinding> {
  const { candidate, baseline } = evidence;
  const { version, channel, images } = candidate;
  if (images.length === 0) yield wrong(version, 'at least one image', 'none');
  const digit = { alpha: 0, beta: 1, stable: 2, lts: 3 }[edge.to];
  if (edge.mode === 'same-bytes' && channel !== edge.from) {
    yield wrong(version, `a release of ${edge.from}`, `one of ${channel}`);
  }
  if (edge.mode === 'rebuild' && Number(version.split('.')[1]) !== digit) {
    yield wrong(version, `a version of ${edge.to}, N.${digit}.N`, version);
  }
  if (edge.mode === 'rebuild' && !candidate.lineage.some((one) => one.channel === edge.from)) {
    yield wrong(version, `a lineage that leads to ${edge.from}`, 'none');
  }
  if (baseline && compare(version, baseline.version) <= 0) {
    yield wrong(version, `later than ${baseline.version}, which ${edge.to} has`, 'not later');
  }
}

/** What is said of dates must not contradict what was signed. */
function* ofLineage({ evidence, edge }: Request): Iterable<GateFinding> {
  const { candidate, promotions } = evidence;
  const { version, channel, publishedAt, lineage, images } = candidate;
  const isOut = edge.mode === 'same-bytes';
  for (const claim of isOut ? [...lineage, { version, channel, publishedAt }] : lineage) {
    yield* ofClaim(claim, promotions);
  }
  const own = isOut && promotions.findLast((one) => isOf(one, { version, channel }));
  if (own && images.some(({ sha256 }) => !own.digests.includes(sha256))) {
    yield wrong(version, `the very images that ${channel} was given`, 'others');
  }
}

interface Claim {
  readonly version: string;
  readonly channel: string;
}

function isOf(promotion: PastPromotion, { version, channel }: Claim): boolean {
  return promotion.version === version && promotion.channel === channel;
}

function* ofClaim(
  claim: Claim & { readonly publishedAt: string },
  promotions: readonly PastPromotion[],
): Iterable<GateFinding> {
  const { version, channel, publishedAt } = claim;
  const subject = `${version} in ${channel}`;
  const first = promotions.find((one) => one.channel === channel);
  // Before the gate knew the channel, people's word is all there is.
  if (first === undefined || compare(version, first.version) < 0) return;
  const record = promotions.find((one) => isOf(one, claim));
  if (record === undefined) yield wrong(subject, 'a record of its promotion', 'none');
  else if (!record.isAdopted && Date.parse(publishedAt) < Date.parse(record.at) - skewMs) {
    yield wrong(subject, `out since ${record.at}, as its record says`, publishedAt);
  }
}

/** What was judged once can't be taken back, the last run of a row included. */
function* ofKnownRuns({ knownRuns, runs, reports }: Evidence): Iterable<GateFinding> {
  const said = reports.map((one) => ({ ...one, runner: rowOfReports(one.reporter) }));
  for (const { runner, sequence, statement } of knownRuns) {
    const all = [...runs, ...said];
    const own = all.find((one) => one.runner === runner && one.sequence === sequence);
    if (own?.statement === statement) continue;
    const seen = own === undefined ? 'missing' : 'another one';
    yield wrong(`run ${sequence} of ${runner}`, 'there, since the ledger knows it', seen);
  }
}

/** A run that counts twice would make a bad rate look better. */
function* ofRepeats(runs: readonly SignedRun[]): Iterable<GateFinding> {
  const seen = new Set<string>();
  for (const { evidence } of runs) {
    for (const id of new Set([evidence.run, evidence.record, ...(evidence.parts ?? [])])) {
      if (seen.has(id)) yield wrong(evidence.run, 'evidence once', `twice, by ${id.slice(0, 20)}`);
      seen.add(id);
    }
  }
}

/** A runner counts what it signs: a run that was left out leaves a hole. */
function* ofChains(all: readonly SignedRun[]): Iterable<GateFinding> {
  const runners = new Map<string, Map<number, string>>();
  for (const { runner, sequence, statement, evidence } of all) {
    const seen = runners.get(runner) ?? new Map<number, string>();
    runners.set(runner, seen);
    const other = seen.get(sequence);
    if (other !== undefined && other !== statement) {
      yield wrong(evidence.run, `one run ${sequence} of ${runner}`, 'two that differ');
    }
    seen.set(sequence, statement);
  }
  for (const [runner, seen] of runners) {
    for (let n = 1; n <= Math.max(...seen.keys()); n++) {
      if (!seen.has(n)) yield wrong(`run ${n} of ${runner}`, 'among the evidence', 'missing');
    }
  }
}

function* ofRun({ evidence: run }: SignedRun, { now, evidence }: Request): Iterable<GateFinding> {
  const { candidate } = evidence;
  const isOwn = candidate.images.some(({ sha256 }) => sha256 === run.imageSha256);
  const start = Date.parse(run.startedAt);
  if (isOwn && run.osName !== candidate.osName) {
    yield wrong(run.run, `a run of ${candidate.osName}`, `one of ${run.osName}`);
  }
  if (isOwn && run.version !== candidate.version) {
    yield wrong(run.run, `a run of ${candidate.version}`, `one of ${run.version}`);
  }
  if (isOwn && run.shard !== undefined) {
    yield wrong(
      run.run,
      'a whole run',
      `part ${run.shard}; put the parts together with yard merge`,
    );
  }
  if (!(start <= now.getTime() + skewMs)) {
    yield wrong(run.run, `a run before ${now.toISOString()}`, `one of ${run.startedAt}`);
  }
  if (run.endedAt !== undefined && Date.parse(run.endedAt) < start) {
    yield wrong(run.run, 'an end after the start', run.endedAt);
  }
}

function* ofCoverage(request: Request): Iterable<GateFinding> {
  const { candidate, inventory } = request.evidence;
  if (inventory.length === 0) yield wrong('the inventory', 'suites', 'none');
  for (const image of candidate.images) {
    if (runsByAge(request, [image]).fresh.length > 0) continue;
    const expected = `fresh runs of the image ${image.sha256.slice(0, 12)} on ${image.arch}`;
    yield { subject: candidate.version, expected, seen: 'none', status: 'INCONCLUSIVE' };
  }
}

/** A channel gives a release to every architecture that it has: each must be one that a rule looks at. */
function* ofArchitectures({ evidence, edge }: Request): Iterable<GateFinding> {
  const named = edge.rules.flatMap((rule) => (rule.kind === 'must-pass' ? rule.arches : []));
  const { version, images } = evidence.candidate;
  for (const arch of new Set(images.map((image) => image.arch))) {
    if (named.some((one) => one === arch)) continue;
    yield wrong(version, `a must-pass rule that names ${arch}, which it has an image for`, 'none');
  }
}
