/**
 * Which canary reports are of the candidate or of what it was rebuilt from: by the digests that they are
 * signed about, since a version may be made again with other bytes.
 */

import { branchOf, type CandidateImage } from '../candidate.js';
import type { Evidence } from '../evidence.js';
import type { Bound, CanaryReport } from '../field-evidence.js';
import { ancestorImages } from '../inherited-images.js';
import { isRevokedVersion, type Measure } from '../measure.js';
import type { GateFinding } from '../rule-result.js';
import { compare } from '../waiver.js';

type Report = CanaryReport & Bound;

/** The time that reports must be of. */
interface Window {
  readonly oldestMs: number;
  readonly newestMs: number;
}

/** What counts, and what keeps anybody from telling. */
interface OwnCanaries {
  /** The candidate's, and of each channel the one that it was rebuilt from. */
  readonly versions: readonly string[];
  /** The last word of each source. */
  readonly reports: readonly CanaryReport[];
  /** The last word of those who have been silent since before the time. */
  readonly silent: readonly CanaryReport[];
  readonly strangers: readonly Omit<GateFinding, 'status'>[];
}

/** A report of other bytes stands in the way until its source speaks of these. */
export function canariesOf(
  evidence: Evidence,
  measure: Measure | undefined,
  { oldestMs, newestMs }: Window,
): OwnCanaries {
  const { candidate, canaries } = evidence;
  const images = new Map(ancestorImages(evidence)).set(candidate.version, candidate.images);
  const past = canaries.filter(({ version, at }) => {
    return images.has(version) && Date.parse(at) <= newestMs;
  });
  const told = past.map((report, place): Told => {
    return { report, place, arches: archesOf(report, images.get(report.version) ?? []) };
  });
  const words = told.filter((one) => !told.some((other) => isReplaced(one, other)));
  const isFresh = ({ report }: Told) => Date.parse(report.at) >= oldestMs;
  const last = words.filter(isFresh);
  const isOwn = ({ arches }: Told) => arches.length > 0;
  const own = last.filter(isOwn);
  return {
    versions: [...images.keys()],
    reports: own.map(({ report }) => report),
    silent: words.filter((one) => isOwn(one) && !isFresh(one)).map(({ report }) => report),
    strangers: [
      ...last.filter((one) => !isOwn(one)).map(({ report }) => ofOthers(report)),
      ...own.flatMap(({ report }) => ofBaseline(report, measure, evidence)),
      ...(own.length > 0 ? candidate.images.flatMap((image) => ofMissing(image, own)) : []),
    ],
  };
}

/** The architectures whose image and payload it names; none when it names anything else. */
function archesOf({ subjects }: Report, images: readonly CandidateImage[]): readonly string[] {
  const known = new Set(images.flatMap(({ sha256, payloadSha256 }) => [sha256, payloadSha256]));
  if (!subjects.every((digest) => known.has(digest))) return [];
  const named = images.filter(({ sha256, payloadSha256 }) => {
    return subjects.includes(sha256) && subjects.includes(payloadSha256);
  });
  return named.map(({ arch }) => arch).sort();
}

interface Told {
  readonly report: Report;
  /** Among all: of two of the same time, as of a file and its copy, one counts. */
  readonly place: number;
  readonly arches: readonly string[];
}

/**
 * The last word on a source is what counts; what the same person signed before of the same machines is in it.
 * Nobody takes back what another has signed.
 */
function isReplaced({ report, arches, place }: Told, other: Told): boolean {
  const { source, version, at, by } = other.report;
  const isLater = at > report.at || (at === report.at && other.place < place);
  if (by !== report.by || !isLater) return false;
  if (source !== report.source || version !== report.version) return false;
  return arches.every((arch) => other.arches.includes(arch)) && other.arches.length > 0;
}

function ofOthers({ source, version, at }: Report): Omit<GateFinding, 'status'> {
  const subject = `canaries of ${version} by ${source}`;
  const expected = `a report on the images and payloads of candidates/${version}.yaml`;
  const next = 'ask them about these with yard gate canary, and sign that';
  return { subject, expected, seen: `one of ${at} on other digests; ${next}` };
}

/**
 * Machines of a later release, or of the same, say nothing of what was usual before; nor do those of a branch
 * that the channel has left behind, or of a release that was revoked while there is a better one.
 */
function ofBaseline(
  { source, version, baseline }: CanaryReport,
  measure: Measure | undefined,
  evidence: Evidence,
): Omit<GateFinding, 'status'>[] {
  const isMeasure = baseline.version === measure?.version;
  const isRevoked = !isMeasure && isRevokedVersion(baseline.version, evidence);
  const isLeftBehind = measure && branchOf(baseline.version) < branchOf(measure.version);
  if (compare(baseline.version, version) < 0 && !isLeftBehind && !isRevoked) return [];
  const subject = `canaries of ${version} by ${source}`;
  const least = measure ? `, and no older than the branch of ${measure.named}` : '';
  const expected = `compared with machines of a release before it${least}`;
  const seen = `${baseline.version}${isRevoked ? ', which was revoked' : ''}`;
  return [{ subject, expected, seen }];
}

function ofMissing({ arch }: CandidateImage, own: readonly Told[]): Omit<GateFinding, 'status'>[] {
  const isTold = own.some(({ report, arches }) => report.instances > 0 && arches.includes(arch));
  if (isTold) return [];
  const seen = `none; sign one of machines on ${arch} with yard gate canary`;
  return [{ subject: `canaries on ${arch}`, expected: 'a report', seen }];
}
