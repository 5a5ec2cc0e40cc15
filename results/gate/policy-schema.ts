/**
 * The shape of a promotion policy: per edge between two channels, rules that must all hold. Keys that
 * it does not know are refused, since a misspelt rule would be a rule that nobody checks.
 */

import { z } from 'zod';
import { bootableVariants } from '../../harness/model/release-boots.js';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower case without spaces');
const person = z.string().regex(/^[\w.@-]+$/, 'must be a name without spaces');
const hexDigest = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');
const glob = z.string().min(1);
const share = z.number().min(0).max(1);
const days = z.number().min(0);
const count = z.int().min(0);
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

const inventory = z.strictObject({
  ...base,
  kind: z.literal('inventory'),
  /** Of the suites that there are, see `yard gate inventory`. */
  digest: hexDigest,
  /** Suites that may be excluded or skipped although the baseline ran them. */
  excluded: z.array(z.strictObject({ suite: glob, reason: z.string().min(1) })).default([]),
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

const channel = z.enum(['alpha', 'beta', 'stable', 'lts']);
const key = z.strictObject({
  name: person,
  key: z.string().startsWith('-----BEGIN PUBLIC KEY-----'),
});

const edge = z.strictObject({
  /** `developer`: a build that is in no channel yet. */
  from: z.enum(['developer', ...channel.options]),
  to: channel,
  /**
   * `rebuild`: the candidate was built anew for its channel, and is proved by its own digests; `same-bytes`:
   * it is the very image of the other channel.
   */
  mode: z.enum(['rebuild', 'same-bytes']),
  rules: z.array(ruleSchema).min(1),
});

const waivers = z.strictObject({
  /** Used waivers per release. */
  most: count.default(3),
  maxDays: days.max(30).default(30),
});

/** A whole policy. */
export const policySchema = z
  .strictObject({
    schema: z.literal(1),
    edges: z.array(edge).min(1),
    trust: z.strictObject({
      /** Who runs suites and signs what came of them. */
      runners: z.array(key).min(1),
      approvers: z.array(key).default([]),
      /** Who reports on canaries. */
      canaries: z.array(key).default([]),
      /** Whose reports on what they tried hold a release. */
      reporters: z.array(key).default([]),
      /** Who checks that a release is complete. */
      auditors: z.array(key).default([]),
      /** Who signs verdicts. */
      gate: z.array(key).min(1),
    }),
    evidence: z.strictObject({ maxAgeDays: days.default(30) }).default({ maxAgeDays: 30 }),
    waivers: waivers.default({ most: 3, maxDays: 30 }),
  })
  .superRefine(({ edges: all, trust }, context) => {
    const refuse = (message: string) => void context.addIssue({ code: 'custom', message });
    const ways = all.map(({ from, to }) => `${from} to ${to}`);
    for (const way of repeated(ways)) refuse(`there are two edges from ${way}; keep one`);
    for (const { from, to, rules } of all) {
      if (from === to) refuse(`an edge leads from ${from} to itself; give another channel`);
      for (const id of repeated(rules.map((rule) => rule.id))) {
        refuse(`two rules are called ${id} from ${from} to ${to}; rename one`);
      }
      if (!rules.some(({ kind }) => kind === 'must-pass')) {
        refuse(`the edge from ${from} to ${to} has no rule of kind must-pass; add one`);
      }
      if (!rules.some(({ kind }) => kind === 'inventory')) {
        refuse(`the edge from ${from} to ${to} has no rule of kind inventory; add one`);
      }
      // Who takes rules out would otherwise take out the people, too, who agreed to all of them.
      if (!rules.some(({ kind }) => kind === 'approvals')) {
        refuse(`the edge from ${from} to ${to} has no rule of kind approvals`);
      }
      const leaves = rules.some((rule) => rule.kind === 'must-pass' && rule.flaky === 'budget');
      if (leaves && !rules.some(({ kind }) => kind === 'flake-budget')) {
        refuse(
          `the edge from ${from} to ${to} leaves flaky cases to a flake-budget that it lacks; add one`,
        );
      }
    }
    for (const [role, list] of Object.entries(trust)) {
      for (const one of repeated(list.map(({ name: who }) => who.toLowerCase()))) {
        refuse(`trust.${role} names ${one} twice; give one key per person`);
      }
      const pems = list.map(({ key: pem }) => pem.replaceAll(/\s/g, ''));
      if (repeated(pems).length > 0) refuse(`trust.${role} has one key under two names`);
      for (const { name: who, key: pem } of list) {
        if (pem.includes('-----END PUBLIC KEY-----')) continue;
        refuse(
          `the key of ${who} in trust.${role} is cut off; copy its whole file, to END PUBLIC KEY`,
        );
      }
    }
  });

function repeated(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text, n) => texts.indexOf(text) !== n))];
}

/** See the schema for each field. */
export type Policy = z.infer<typeof policySchema>;
export type Edge = Policy['edges'][number];
export type Rule = z.infer<typeof ruleSchema>;
export type RuleKind = Rule['kind'];
export type RuleOf<Kind extends RuleKind> = Extract<Rule, { kind: Kind }>;
