/**
 * The validator of `record.json`. The shape itself is `harness/model/record.ts`; the compiler holds
 * this file to it.
 */

import { z } from 'zod';
import type { RunRecord } from '../harness/model/record.js';
import {
  attachmentFields,
  bootReport,
  budget,
  exclusion,
  expectationFields,
  failure,
  findingFields,
  hostFacts,
  imageIdentity,
  offeredRelease,
  outcome,
  plannedCase,
  runId,
  shard,
  usage,
} from './schema-parts.js';

const step = z.looseObject({
  step: z.number(),
  parent: z.number().exactOptional(),
  title: z.string(),
  startedAt: z.string(),
  endedAt: z.string().exactOptional(),
  ok: z.boolean().exactOptional(),
});

const attempt = z.looseObject({
  attempt: z.number(),
  startedAt: z.string(),
  endedAt: z.string().exactOptional(),
  durationMs: z.number().exactOptional(),
  outcome,
  failure: failure.exactOptional(),
  skipped: z.string().exactOptional(),
  usage: usage.exactOptional(),
  boots: z.array(bootReport),
  steps: z.array(step),
  findings: z.array(z.looseObject(findingFields)),
  unmetExpectations: z.array(z.looseObject(expectationFields)),
  attachments: z.array(z.looseObject(attachmentFields)),
  releases: z.array(z.string()).exactOptional(),
  cleanupFailures: z.array(failure),
});

/** What a case may come to. */
export const caseStatus = z.enum([
  'passed',
  'failed',
  'errored',
  'flaky',
  'missing',
  'cancelled',
  'skipped',
  'excluded',
]);

/** What a run may come to. */
export const runVerdict = z.enum(['passed', 'failed', 'inconclusive']);

/** Accepts a record of this schema version; keys it does not know are kept. */
export const runRecord: z.ZodType<RunRecord> = z.looseObject({
  schema: z.number(),
  run: runId,
  version: z.string(),
  code: z.string().exactOptional(),
  argv: z.array(z.string()),
  seed: z.number(),
  startedAt: z.string(),
  endedAt: z.string().exactOptional(),
  interrupted: z.boolean(),
  image: imageIdentity,
  platform: z.string(),
  host: hostFacts,
  budget: budget.exactOptional(),
  releases: z.array(offeredRelease).exactOptional(),
  shard: shard.exactOptional(),
  merged: z.array(runId).exactOptional(),
  cases: z.array(plannedCase.extend({ status: caseStatus, attempts: z.array(attempt) })),
  excluded: z.array(exclusion),
  counts: z.record(caseStatus, z.number()),
  verdict: runVerdict,
  notes: z.array(z.string()),
});
