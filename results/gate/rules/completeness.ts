/**
 * `completeness`: somebody looked, and everything that belongs to the release is there.
 */

import {
  assetEntryName,
  assetsOf,
  documentedAssets,
} from '../../../harness/model/documented-assets.js';
import {
  type BootableVariant,
  bootEntryName,
  bootsOf,
  releaseBoots,
} from '../../../harness/model/release-boots.js';
import type { Candidate } from '../candidate.js';
import type { AssetReport, Bound } from '../field-evidence.js';
import type { GateFinding } from '../rule-result.js';
import type { RuleOf } from '../rule-schema.js';
import type { Judge } from './context.js';

type Report = AssetReport & Bound;

/**
 * By the last report of each auditor: a problem that any of them has found counts until that auditor takes it
 * back, and a report that is not too old must say of these very payloads that all is there.
 */
export const judgeCompleteness: Judge<'completeness'> = (rule, { evidence, policy, now }) => {
  const { audits, candidate } = evidence;
  const problems = audits.flatMap((report) => problemsOf(report, audits.length > 1));
  const oldestMs = now.getTime() - policy.evidence.maxAgeDays * 86_400_000;
  const fresh = audits.filter(({ at }) => Date.parse(at) >= oldestMs);
  if (fresh.length === 0) {
    const seen = whyNone(audits, policy.trust.auditors);
    return { summary: 'no report', findings: [...problems, missing(candidate, seen)] };
  }
  const told = fresh.map((report) => ({ report, unknown: unknownOf(rule, candidate, report) }));
  const [best] = told.sort((a, b) => a.unknown.length - b.unknown.length);
  const files = Math.max(...fresh.map(({ assets }) => assets.length));
  return { summary: `${files} files`, findings: [...problems, ...(best?.unknown ?? [])] };
};

function whyNone(audits: readonly Report[], auditors: readonly unknown[]): string {
  const last = audits.toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
  if (last !== undefined) return `one on ${last.version} of ${last.at}`;
  return auditors.length > 0 ? 'none' : 'none; trust.auditors names nobody';
}

function missing({ version }: Candidate, seen: string): GateFinding {
  const expected = `a report on the files of ${version}`;
  return { subject: 'the release', expected, seen, status: 'INCONCLUSIVE' };
}

function problemsOf({ assets, by }: Report, isOneOfSeveral: boolean): readonly GateFinding[] {
  if (assets.length === 0) {
    return [{ subject: 'the release', expected: 'files', seen: 'none', status: 'FAIL' }];
  }
  const who = isOneOfSeveral ? `, says ${by}` : '';
  return assets.flatMap(({ name, problem }): GateFinding[] => {
    if (problem === undefined) return [];
    const seen = `${problem}${who}`;
    return [{ subject: name, expected: 'there, signed and whole', seen, status: 'FAIL' }];
  });
}

/** What the report leaves open. */
function unknownOf(
  rule: RuleOf<'completeness'>,
  candidate: Candidate,
  report: Report,
): readonly GateFinding[] {
  return [
    ...notLookedAt(candidate, report),
    ...notOfThese(candidate, report),
    ...notBooted(rule, candidate, report),
    ...notTheseBooted(rule, candidate, report),
  ];
}

/** Documented files that it does not name: neither that they are there nor that they are missing. */
function notLookedAt(candidate: Candidate, { assets }: AssetReport): readonly GateFinding[] {
  const named = new Set(assets.map(({ name }) => name));
  const arches = [...new Set(candidate.images.map(({ arch }) => arch))];
  return arches.flatMap((arch): GateFinding[] => {
    const documented = assetsOf(documentedAssets, { version: candidate.version, arch });
    const unnamed = documented.filter(({ names }) => {
      return !names.some((name) => named.has(assetEntryName(arch, name)));
    });
    const [first, ...more] = unnamed;
    if (first === undefined) return [];
    const files = `${first.names[0]}${more.length > 0 ? ` and ${more.length} more` : ''}`;
    const expected = `a word on each of the ${documented.length} documented files`;
    const seen = `none on ${files}; audit this release with this version of yard, and sign that`;
    return [{ subject: `the files for ${arch}`, expected, seen, status: 'INCONCLUSIVE' }];
  });
}

/** Payloads that the report is not about: a version may be made again with other bytes. */
function notOfThese({ images }: Candidate, report: Bound): readonly GateFinding[] {
  const payloads = images.map((one) => ({ ...one, sha256: one.payloadSha256 }));
  const expected = 'among the files of the report';
  const how = 'audit this release, all its architectures at once, and sign that';
  return unknownTo(report, payloads, { what: 'payload', expected, how });
}

/** What boots otherwise is a file of its own, beside the image of the candidate. */
function isDisk(variant: BootableVariant): boolean {
  return releaseBoots[variant].extra === undefined;
}

/** Images other than those that were booted, under the name of the release. */
function notTheseBooted(
  { boots = [] }: RuleOf<'completeness'>,
  { images }: Candidate,
  report: Bound,
): readonly GateFinding[] {
  const wanted = images.filter(({ arch }) => {
    return bootsOf(arch).some((variant) => boots.includes(variant) && isDisk(variant));
  });
  const expected = 'among those that were booted';
  const how = 'audit this release with yard images audit --boot, and sign that';
  return unknownTo(report, wanted, { what: 'image', expected, how });
}

/** How a finding names bytes, what was expected of them, and how to get it. */
interface Wording {
  readonly what: string;
  readonly expected: string;
  readonly how: string;
}

function unknownTo(
  { subjects }: Bound,
  files: readonly { readonly arch: string; readonly sha256: string }[],
  { what, expected, how }: Wording,
): readonly GateFinding[] {
  const others = files.filter(({ sha256 }) => !subjects.includes(sha256));
  return others.map(({ sha256, arch }) => {
    const subject = `the ${what} ${sha256.slice(0, 12)} on ${arch}`;
    return { subject, expected, seen: `not there; ${how}`, status: 'INCONCLUSIVE' };
  });
}

/** Images that nobody booted: that their files are whole says nothing of that. */
function notBooted(
  { boots = [] }: RuleOf<'completeness'>,
  { images }: Candidate,
  { assets }: AssetReport,
): readonly GateFinding[] {
  const wanted = images.flatMap(({ arch }) => {
    const variants = bootsOf(arch).filter((variant) => boots.includes(variant));
    return variants.map((variant) => bootEntryName(arch, variant));
  });
  const missing = wanted.filter((name) => !assets.some((asset) => asset.name === name));
  const [expected, seen] = ['that it was booted: yard images audit --boot', 'no word of it'];
  return missing.map((subject) => ({ subject, expected, seen, status: 'INCONCLUSIVE' }));
}
