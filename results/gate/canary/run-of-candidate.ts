/**
 * Whether the canaries of a run took the very release that is to be promoted: neither another system
 * with its version, nor other bytes.
 */

import { UsageError } from '../../../harness/base/errors.js';
import type { Candidate } from '../candidate.js';
import type { RunEvidence } from '../run-evidence.js';

/** Returns the architecture of the run's machines. Throws OTHER_RELEASE (usage). */
export function requireRunOf(evidence: RunEvidence, candidate: Candidate): string {
  const { osName, arch, run } = evidence;
  const { version } = candidate;
  if (osName !== candidate.osName) {
    throw other(run, candidate, `its machines ran ${osName}, not ${candidate.osName}`);
  }
  const image = candidate.images.find((one) => one.arch === arch);
  if (image === undefined) throw other(run, candidate, `its machines are ${arch}`);
  const payloads = evidence.updatesTo.filter((one) => one.version === version);
  const taken = payloads.map(({ payloadSha256 }) => ({
    is: payloadSha256,
    was: image.payloadSha256,
  }));
  if (evidence.version === version) taken.push({ is: evidence.imageSha256, was: image.sha256 });
  const strange = taken.find(({ is, was }) => is !== was);
  if (strange) {
    const [is, was] = [strange.is, strange.was].map((digest) => digest.slice(0, 12));
    throw other(run, candidate, `it had ${is}, and the candidate for ${arch} is ${was}`);
  }
  if (taken.length === 0) throw other(run, candidate, `it had no ${version}`);
  return arch;
}

function other(run: string, { version }: Candidate, seen: string): UsageError {
  const next = `run the suite again with what candidates/${version}.yaml names`;
  return new UsageError(
    'OTHER_RELEASE',
    `run ${run} tells nothing of ${version}: ${seen}; ${next}`,
  );
}
