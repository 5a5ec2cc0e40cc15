/**
 * A run's record as evidence: what the gate needs of it and nothing that it could be misled by.
 */

import type { OfferedRelease } from '../../harness/model/events.js';
import type { Outcome } from '../../harness/model/outcome.js';
import type { AttemptRecord, CaseRecord, RunRecord } from '../../harness/model/record.js';
import { type FailureSignature, signatureOf, signatureOfFailure } from '../failure-signature.js';
import type { AttemptEvidence, CaseEvidence, RunEvidence, UpdateTarget } from './run-evidence.js';

/** `digest` is that of the record's file. */
export function evidenceOfRun(record: RunRecord, digest: string): RunEvidence {
  const { image, code, shard, merged, platform, startedAt, endedAt } = record;
  return {
    run: record.run,
    record: digest,
    ...(code !== undefined && { code }),
    osName: image.osName,
    version: image.version,
    channel: image.channel,
    platform,
    accelerator: record.host.accelerator.name,
    arch: image.arch,
    imageSha256: image.sha256,
    updatesTo: (record.releases ?? []).map(targetOf),
    startedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    interrupted: record.interrupted,
    ...(shard === undefined ? {} : { shard: `${shard.index}/${shard.count}` }),
    ...(merged && { parts: merged }),
    cases: record.cases.map((one) => caseOf(one, record.releases ?? [])),
    excluded: record.excluded.map(({ suite, reason }) => ({ suite, reason })),
  };
}

function targetOf({ version, payloadSha256 }: OfferedRelease): UpdateTarget {
  return { version, payloadSha256 };
}

function caseOf(
  { id, suite, platform, firmware, attempts }: CaseRecord,
  releases: readonly OfferedRelease[],
): CaseEvidence {
  const seen = attempts.map((attempt) => attemptOf(attempt, releases));
  return { id, suite, platform, firmware, attempts: seen };
}

function attemptOf(attempt: AttemptRecord, releases: readonly OfferedRelease[]): AttemptEvidence {
  const { outcome, found } = toldBy(attempt);
  const cold = attempt.boots.filter(({ start }) => start === 'cold').map(({ readyMs }) => readyMs);
  const { usage, releases: taken = [] } = attempt;
  const payloads = releases.filter(({ name }) => taken.includes(name));
  return {
    outcome,
    ...(found && {
      cause: { signature: found.id, code: found.code, phase: found.phase, text: found.text },
    }),
    ...(cold.length > 0 && { bootMs: cold }),
    ...(usage && { memoryMiB: usage.peakMemoryMiB }),
    ...(payloads.length > 0 && { payloads: payloads.map((one) => one.payloadSha256) }),
  };
}

interface Told {
  readonly outcome: Outcome;
  readonly found: FailureSignature | undefined;
}

/** A machine that may still live, or files of it, were not seen to their end: that is no proof of anything. */
function toldBy(attempt: AttemptRecord): Told {
  const { outcome, cleanupFailures } = attempt;
  const [left] = cleanupFailures;
  const isTold = outcome !== 'passed' && outcome !== 'skipped';
  if (left === undefined || isTold) return { outcome, found: signatureOf(attempt) };
  return { outcome: 'errored', found: signatureOfFailure(left) };
}
