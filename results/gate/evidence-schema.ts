/**
 * Validators of what is signed by others: runs, approvals, reports. Unknown keys are refused.
 */

import { z } from 'zod';
import { outcome, phase, suiteId } from '../schema-parts.js';
import type { Candidate } from './candidate.js';
import type { Approval, AssetReport, Authorship, CanaryReport } from './field-evidence.js';
import type { History, RunEvidence } from './run-evidence.js';

const hexDigest = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');
const instant = z.iso.datetime();
const version = z
  .string()
  .regex(/^\d+\.\d+\.\d+(\+[\w.-]+)?$/, 'must be a version such as 4230.2.1');
const count = z.int().min(0);
const person = z.string().regex(/^[\w.@-]+$/, 'must be a name without spaces');

const attempt = z.strictObject({
  outcome,
  cause: z
    .strictObject({ signature: z.string(), code: z.string(), phase, text: z.string() })
    .exactOptional(),
  bootMs: z.array(z.number()).exactOptional(),
  memoryMiB: z.number().exactOptional(),
  payloads: z.array(hexDigest).exactOptional(),
});

const updateTarget = z.strictObject({ version, payloadSha256: hexDigest });

export const runEvidenceSchema: z.ZodType<RunEvidence> = z.strictObject({
  run: z.string(),
  record: hexDigest,
  code: hexDigest.exactOptional(),
  osName: z.string().min(1),
  version: z.string(),
  channel: z.string(),
  platform: z.string(),
  accelerator: z.string().exactOptional(),
  arch: z.string(),
  imageSha256: hexDigest,
  updatesTo: z.array(updateTarget),
  startedAt: instant,
  endedAt: instant.exactOptional(),
  interrupted: z.boolean(),
  shard: z.string().exactOptional(),
  parts: z.array(z.string()).exactOptional(),
  cases: z.array(
    z.strictObject({
      id: z.string(),
      suite: suiteId,
      platform: z.string(),
      firmware: z.string(),
      attempts: z.array(attempt),
    }),
  ),
  excluded: z.array(z.strictObject({ suite: suiteId, reason: z.string() })),
});

const image = z.strictObject({
  arch: z.enum(['amd64', 'arm64']),
  sha256: hexDigest,
  payloadSha256: hexDigest,
});

export const candidateSchema: z.ZodType<Candidate> = z.strictObject({
  osName: z.string().min(1),
  version,
  channel: z.enum(['developer', 'alpha', 'beta', 'stable', 'lts']),
  images: z
    .array(image)
    .min(1)
    // What one of two was proven to do would count for the other.
    .refine((all) => new Set(all.map(({ arch }) => arch)).size === all.length, 'two of one arch'),
  author: person,
  security: z.boolean(),
  publishedAt: instant,
  lineage: z.array(z.strictObject({ version, channel: z.string(), publishedAt: instant })),
  without: z.array(version).exactOptional(),
});

export const authorshipSchema: z.ZodType<Authorship> = z.strictObject({
  author: person,
  version,
  candidate: hexDigest,
  images: hexDigest,
  at: instant,
});

export const approvalSchema: z.ZodType<Approval> = z.strictObject({
  approver: person,
  version,
  to: z.string(),
  candidate: hexDigest,
  policy: hexDigest,
  waivers: z.array(hexDigest).min(1).exactOptional(),
  at: instant,
});

/** As it is signed: with its link, which has the sequence. */
export const humanReportSchema = z.strictObject({
  reporter: person,
  version,
  candidate: hexDigest,
  at: instant,
  problem: z.string().trim().min(1).max(1000).exactOptional(),
  sequence: z.int().min(1),
  previous: hexDigest,
});

export const assetReportSchema: z.ZodType<AssetReport> = z.strictObject({
  version,
  at: instant,
  assets: z.array(z.strictObject({ name: z.string().min(1), problem: z.string().exactOptional() })),
});

export const canaryReportSchema: z.ZodType<CanaryReport> = z
  .strictObject({
    source: z.string().min(1),
    version,
    at: instant,
    instances: count,
    failed: count,
    ages: z.array(z.strictObject({ hours: z.number().min(0), machines: z.int().min(1) })),
    errors: z
      .array(z.strictObject({ reason: z.string().min(1), machines: z.int().min(1) }))
      .exactOptional(),
    baseline: z.strictObject({ version, instances: count, failed: count }),
  })
  .refine(({ failed, instances }) => failed <= instances, 'more failed than there are')
  .refine(
    ({ ages, instances }) => ages.reduce((sum, one) => sum + one.machines, 0) <= instances,
    'ages: more machines than there are',
  )
  .refine(({ baseline: b }) => b.failed <= b.instances, 'baseline: more failed than there are');

const historyEntry = z.strictObject({
  suite: suiteId,
  run: z.string().exactOptional(),
  code: hexDigest.exactOptional(),
  at: instant,
  imageSha256: z.string(),
  osName: z.string().min(1),
  arch: z.string().min(1),
  passed: count,
  failed: count,
});

export const historySchema: z.ZodType<History> = z.strictObject({
  at: instant,
  days: z.number().min(0),
  entries: z.array(historyEntry),
});
