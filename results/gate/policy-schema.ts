/**
 * The shape of a promotion policy: per edge between two channels, rules that must all hold. Keys that
 * it does not know are refused, since a misspelt rule would be a rule that nobody checks.
 */

import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { keyIdOf } from './envelope.js';
import { count, days, hexDigest, ruleSchema } from './rule-schema.js';

const person = z.string().regex(/^[\w.@-]+$/, 'must be a name without spaces');
const channel = z.enum(['alpha', 'beta', 'stable', 'lts']);
const key = z.strictObject({
  name: person,
  key: z.string().startsWith('-----BEGIN PUBLIC KEY-----'),
});

/** One that is in use no more; gate keys stay where they are. */
const retiredKey = z.strictObject({
  ...key.shape,
  role: z.enum(['runners', 'canaries', 'reporters', 'auditors']),
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

const evidence = z.strictObject({
  maxAgeDays: days.default(30),
  /** Of Switchyard and its suites, as runs record it: what ran others proves nothing good. Default: any. */
  code: z.array(hexDigest).min(1).exactOptional(),
});

const trust = z.strictObject({
  /** Who runs suites and signs what came of them. */
  runners: z.array(key).min(1),
  approvers: z.array(key).default([]),
  /** Who makes releases and signs for them; without it, candidates are believed to name their authors. */
  authors: z.array(key).min(1).exactOptional(),
  /** Who reports on canaries. */
  canaries: z.array(key).default([]),
  /** Whose reports on what they tried hold a release. */
  reporters: z.array(key).default([]),
  /** Who checks that a release is complete. */
  auditors: z.array(key).default([]),
  /** Who signs verdicts. */
  gate: z.array(key).min(1),
  /** Of what these signed only what the ledger knows is believed. */
  retired: z.array(retiredKey).exactOptional(),
});

/** A whole policy. */
export const policySchema = z
  .strictObject({
    schema: z.literal(1),
    edges: z.array(edge).min(1),
    trust,
    evidence: evidence.default({ maxAgeDays: 30 }),
    waivers: waivers.default({ most: 3, maxDays: 30 }),
  })
  .superRefine((policy, context) => {
    for (const message of problemsOf(policy)) context.addIssue({ code: 'custom', message });
  });

/** What the shapes can't tell. */
function* problemsOf({ edges, trust: { retired = [], ...roles } }: Parts): Iterable<string> {
  const ways = edges.map(({ from, to }) => `${from} to ${to}`);
  for (const way of repeated(ways)) yield `there are two edges from ${way}; keep one`;
  for (const one of edges) yield* problemsOfEdge(one);
  for (const [role, keys] of Object.entries(roles)) {
    yield* problemsOfKeys(role, keys);
    for (const { name } of keys.filter((one) => isAmong(one, retired))) {
      yield `the key of ${name} is in trust.${role} and in trust.retired; take it out of one of them`;
    }
  }
  for (const one of retired) yield* problemsOfPem('retired', one);
  yield* problemsOfRoles(roles);
  yield* problemsOfAuthors(roles);
}

/** One person with two of these could pass a release alone. */
function* problemsOfRoles(roles: Omit<Parts['trust'], 'retired'>): Iterable<string> {
  const { runners, approvers, authors = [], gate, auditors, canaries } = roles;
  const lists = Object.entries({ runners, approvers, authors, gate, auditors, canaries });
  for (const [n, [role, keys]] of lists.entries()) {
    for (const [other, others] of lists.slice(n + 1)) {
      // Who makes one release may approve another.
      if (role === 'approvers' && other === 'authors') continue;
      for (const { name } of keys.filter((one) => isAmong(one, others))) {
        yield `trust.${role} and trust.${other} have one key, that of ${name}; give each a key of its own`;
      }
    }
  }
}

/** Nobody approves under another name what they made under theirs. */
function* problemsOfAuthors({
  approvers,
  authors = [],
}: Omit<Parts['trust'], 'retired'>): Iterable<string> {
  for (const one of authors) {
    const same = approvers.filter(({ key: pem }) => idOf(pem) === idOf(one.key));
    const other = same.find(({ name }) => name.toLowerCase() !== one.name.toLowerCase());
    if (other === undefined) continue;
    yield `${one.name} in trust.authors and ${other.name} in trust.approvers have one key; use one name`;
  }
}

function isAmong(one: Key, others: readonly Key[]): boolean {
  return others.some(({ key: pem }) => idOf(pem) === idOf(one.key));
}

/** However it is written down; what is no key is told where it is used. */
function idOf(pem: string): string {
  try {
    return keyIdOf(createPublicKey(pem));
  } catch {
    return pem.replaceAll(/\s/g, '');
  }
}

function* problemsOfEdge({ from, to, rules }: Edge): Iterable<string> {
  if (from === to) yield `an edge leads from ${from} to itself; give another channel`;
  for (const id of repeated(rules.map((rule) => rule.id))) {
    yield `two rules are called ${id} from ${from} to ${to}; rename one`;
  }
  const lacks = (kind: string) => !rules.some((rule) => rule.kind === kind);
  for (const kind of ['must-pass', 'inventory'].filter(lacks)) {
    yield `the edge from ${from} to ${to} has no rule of kind ${kind}; add one`;
  }
  // Who takes rules out would otherwise take out the people, too, who agreed to all of them.
  if (lacks('approvals')) yield `the edge from ${from} to ${to} has no rule of kind approvals`;
  const leaves = rules.some((rule) => rule.kind === 'must-pass' && rule.flaky === 'budget');
  if (leaves && lacks('flake-budget')) {
    yield `the edge from ${from} to ${to} leaves flaky cases to a flake-budget that it lacks; add one`;
  }
}

function* problemsOfKeys(role: string, keys: readonly Key[]): Iterable<string> {
  for (const one of repeated(keys.map(({ name }) => name.toLowerCase()))) {
    yield `trust.${role} names ${one} twice; give one key per person`;
  }
  const ids = keys.map(({ key: pem }) => idOf(pem));
  if (repeated(ids).length > 0) yield `trust.${role} has one key under two names`;
  for (const one of keys) yield* problemsOfPem(role, one);
}

function* problemsOfPem(role: string, { name, key: pem }: Key): Iterable<string> {
  if (pem.includes('-----END PUBLIC KEY-----')) return;
  yield `the key of ${name} in trust.${role} is cut off; copy its whole file, to END PUBLIC KEY`;
}

function repeated(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text, n) => texts.indexOf(text) !== n))];
}

/** See the schema for each field. */
export type Policy = z.infer<typeof policySchema>;
export type Edge = z.infer<typeof edge>;
type Key = z.infer<typeof key>;

interface Parts {
  readonly edges: readonly Edge[];
  readonly trust: z.infer<typeof trust>;
}
