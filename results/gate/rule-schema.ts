/**
 * The shapes of a policy's rules. Keys that they do not know are refused, since a misspelt one would be one
 * that nobody checks.
 */

import { z } from 'zod';
import { bootableVariants } from '../../harness/model/release-boots.js';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower case without spaces');
/** SHA-256. */
export const hexDigest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');
const glob = z.string().min(1);
const share = z.number().min(0).max(1);
/** Of any length; parts count. */
export const days = z.number().min(0);
/** Of things. */
export const count = z.int().min(0);
const globs = z.array(glob).min(1);
const base = { id: name };

/** Case by case, on each of these: a cell of the table that has no green in it fails. */
const mustPass = z.strictObject({
  ...base,
  kind: z.literal('must-pass'),
  cases: globs,
  except: z.array(glob).default([]),
  arches: z.array(z.enum(['amd64', 'arm64'])).min(1),
  platforms: z.array(name).min(1),
  firmware: z.array(z.enum(['bios', 'uefi'])).min(1),
  /** Suites that can boot with one firmware only, and which. */
  only: z.array(z.strictObject({ suite: glob, firmware: z.enum(['bios', 'uefi']) })).default([]),
  /** Whether a case that passed after it had failed is left to a rule of kind `flake-budget`. */
  flaky: z.enum(['fail', 'budget']).default('fail'),
});

/** Suites that may be left out, and why. */
const excluded = z.array(z.strictObject({ suite: glob, reason: z.string().min(1) }));

const inventory = z.strictObject({
  ...base,
  kind: z.literal('inventory'),
  /** Of the suites that there are, see `yard gate inventory`. */
  digest: hexDigest,
  /** Suites that may be excluded or skipped although the baseline ran them. */
  excluded: excluded.default([]),
});

const noRegression = z.strictObject({
  ...base,
  kind: z.literal('no-regression'),
  cases: globs.default(['**']),
  /** Below this chance a difference is believed. */
  p: share.default(0.05),
  /** The rate of failures must have grown by at least so much. */
  floor: share.default(0.1),
});

const flakeBudget = z.strictObject({
  ...base,
  kind: z.literal('flake-budget'),
  /** Share of cases that may be flaky. */
  rate: share,
  /** Below this chance the candidate has more than its share. */
  p: share.default(0.05),
  /** No case may surely fail more often than this, with its history or without. */
  perCase: share.default(0.2),
  windowDays: days.default(90),
});

const edges = z.strictObject({
  ...base,
  kind: z.literal('edges'),
  /** Versions that must have been updated from; `previous` is what the target channel has now. */
  from: z.array(z.string().min(1)).min(1),
  /** Cases that prove the update, and the way back. */
  cases: globs,
  /** Suites that every run of an update may leave out. */
  excluded: excluded.exactOptional(),
});

const completeness = z.strictObject({
  ...base,
  kind: z.literal('completeness'),
  /** Images that the auditor must have booted, see `yard images audit --boot`. */
  boots: z.array(z.enum(bootableVariants)).min(1).exactOptional(),
});

const age = z.strictObject({
  ...base,
  kind: z.literal('age'),
  days,
  /** For a release that mends a security problem. */
  securityDays: days,
});

const canary = z.strictObject({
  ...base,
  kind: z.literal('canary'),
  instances: count.min(1),
  hours: days,
  /** Below this chance more failures than the baseline's are believed. */
  p: share.default(0.05),
  /** Failures up to this rate are never held against a release. */
  floor: share.default(0.01),
  maxAgeHours: days.default(48),
});

const performance = z.strictObject({
  ...base,
  kind: z.literal('performance'),
  metric: z.enum(['boot', 'memory']),
  p: share.default(0.05),
  /** How many times the baseline's median it may be. */
  ratio: z.number().min(1).default(1.15),
  samples: count.min(1).default(8),
});

const approvals = z.strictObject({ ...base, kind: z.literal('approvals'), count: z.int().min(1) });

/** One rule. */
export const ruleSchema = z.discriminatedUnion('kind', [
  mustPass,
  inventory,
  noRegression,
  flakeBudget,
  edges,
  completeness,
  age,
  canary,
  performance,
  approvals,
]);

export type Rule = z.infer<typeof ruleSchema>;
export type RuleKind = Rule['kind'];
export type RuleOf<Kind extends RuleKind> = Extract<Rule, { kind: Kind }>;
