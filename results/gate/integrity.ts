/**
 * What must be true of the evidence before any rule may be judged by it. Whatever is wrong here makes
 * the verdict `block`: it is not the release that is in doubt, but what is said of it.
 */

import { digestOf } from './canonical-json.js';
import { clockSkewMs } from './clock-skew.js';
import type { Evidence, PastPromotion } from './evidence.js';
import { otherCodes, weighRuns } from './fresh-runs.js';
import { ofChains, ofKnownRuns, ofNames, ofRepeats, wrong } from './integrity-of-rows.js';
import { ofKnownStatements } from './known-statements.js';
import { howToAccept } from './policy-pin.js';
import type { Edge, Policy } from './policy-schema.js';
import { type GateFinding, type RuleResult, statusOf } from './rule-result.js';
import type { SignedRun } from './run-evidence.js';
import { untoldFailures } from './untold-failures.js';
import { compare } from './waiver.js';

interface Request {
  readonly policy: Policy;
  readonly edge: Edge;
  readonly evidence: Evidence;
  readonly now: Date;
}

/** The rule that no policy needs to name. */
export function judgeIntegrity(request: Request): RuleResult {
  const { evidence } = request;
  const all = [...evidence.runs, ...(evidence.baseline?.runs ?? [])];
  const findings = [
    ...ofPolicy(request),
    ...ofCandidate(request),
    ...ofLineage(request),
    ...ofChains(all),
    ...ofKnownRuns(evidence),
    ...ofKnownStatements(evidence),
    ...ofRepeats(evidence.runs),
    ...ofNames(all, evidence),
    ...untoldFailures(evidence),
    ...all.flatMap((signed) => [...ofRun(signed, request)]),
    ...ofCoverage(request),
    ...ofArchitectures(request),
  ];
  const others = otherCodes(request, weighRuns(request).rest);
  const summary =
    `${all.length} runs of ${new Set(all.map(({ runner }) => runner)).size} runners` +
    (others.length > 0 ? `; of other code, so that only failures count: ${others.join(', ')}` : '');
  return { rule: 'integrity', kind: 'integrity', status: statusOf(findings), summary, findings };
}

/** Who may write the policy could otherwise take out of it what is in the way. */
function* ofPolicy({ policy, evidence: { pin } }: Request): Iterable<GateFinding> {
  const digest = digestOf(policy);
  if (pin === undefined || pin.digest === digest) return;
  const expected = `the policy ${pin.digest.slice(0, 12)}, which record ${pin.record} accepted`;
  yield wrong('policy.yaml', expected, `${digest.slice(0, 12)}; ${howToAccept(pin)}`);
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
function* ofLineage({ evidence, edge, policy }: Request): Iterable<GateFinding> {
  const { candidate, promotions } = evidence;
  const { version, channel, publishedAt, lineage, images } = candidate;
  const isOut = edge.mode === 'same-bytes';
  const isGated = (claim: Claim) => policy.edges.some(({ to }) => to === claim.channel);
  const claims = isOut ? [...lineage, { version, channel, publishedAt }] : lineage;
  // Of a channel that no edge leads to, people's word is all there is.
  for (const claim of claims.filter(isGated)) yield* ofClaim(claim, promotions);
  const own = isOut ? promotions.findLast((one) => isOf(one, { version, channel })) : undefined;
  const isKnown = (digest: string) => own?.digests.includes(digest) ?? true;
  if (images.some((one) => !isKnown(one.sha256) || !isKnown(one.payloadSha256))) {
    yield wrong(version, `the very images and payloads that ${channel} was given`, 'others');
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
  else if (!record.isAdopted && Date.parse(publishedAt) < Date.parse(record.at) - clockSkewMs) {
    yield wrong(subject, `out since ${record.at}, as its record says`, publishedAt);
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
  if (!(start <= now.getTime() + clockSkewMs)) {
    yield wrong(run.run, `a run before ${now.toISOString()}`, `one of ${run.startedAt}`);
  }
  if (run.endedAt === undefined) return;
  const end = Date.parse(run.endedAt);
  if (!(end >= start && end <= now.getTime() + clockSkewMs)) {
    yield wrong(run.run, 'an end after its start and before now', run.endedAt);
  }
}

function* ofCoverage(request: Request): Iterable<GateFinding> {
  const { candidate, inventory } = request.evidence;
  if (inventory.length === 0) yield wrong('the inventory', 'suites', 'none');
  for (const image of candidate.images) {
    const { fresh, rest } = weighRuns(request, [image]);
    if (fresh.length > 0) continue;
    const expected = `fresh runs of the image ${image.sha256.slice(0, 12)} on ${image.arch}`;
    const others = otherCodes(request, rest);
    const seen = others.length === 0 ? 'none' : `runs of other code: ${others.join(', ')}`;
    yield { subject: candidate.version, expected, seen, status: 'INCONCLUSIVE' };
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
