/**
 * Waivers: dated permissions for one failure of one kind of case. Each is a YAML file in git; who
 * reads it knows who wants it, who agreed, why, and for how long.
 */

import { z } from 'zod';
import { UsageError } from '../../harness/base/errors.js';
import { digestOf } from './canonical-json.js';
import { parseYaml } from './parse-yaml.js';

const version = z.string().regex(/^\d+\.\d+\.\d+$/, 'must be a version such as 4230.2.1');
const person = z.string().regex(/^[\w.@-]+$/, 'must be a name without spaces');
const date = z.iso.date();

/** The shape of the file; see {@link parseWaiver} for what it must not say. */
export const waiverSchema = z.strictObject({
  schema: z.literal(1),
  rule: z.string().min(1),
  /** Within one area at least: `etcd/*`, never `**`. */
  case: z
    .string()
    .regex(
      /^[a-z0-9-]+\/(?!.*\*\*)[a-z0-9*-]+$/,
      'must be AREA/NAME, with * within the name at most',
    ),
  signature: z.string().regex(/^[0-9a-f]{12}$/, 'must be the signature of a failure, 12 digits'),
  /** The only version, or the first and the last. */
  version: z.union([version, z.strictObject({ from: version, to: version })]),
  reason: z.string().min(10, 'must say why, in a sentence'),
  issue: z.url({ protocol: /^https$/ }),
  owner: person,
  approver: person,
  created: date,
  expires: date,
});

/** See the schema; `digest` is that of all its fields. */
export type Waiver = z.infer<typeof waiverSchema> & {
  readonly file: string;
  readonly digest: string;
};

const dayMs = 86_400_000;

/** Throws BAD_WAIVER (usage) that says everything that is wrong with it. */
export function parseWaiver(text: string, file: string, maxDays = 30): Waiver {
  const source = { where: `waiver ${file}`, code: 'BAD_WAIVER' };
  const waiver = parseYaml(text, waiverSchema, source);
  const problems = [...problemsOf(waiver, maxDays)];
  if (problems.length > 0)
    throw new UsageError(source.code, `${source.where}: ${problems.join('; ')}`);
  return { ...waiver, file, digest: digestOf(waiver) };
}

function* problemsOf(waiver: z.infer<typeof waiverSchema>, maxDays: number): Iterable<string> {
  const { owner, approver, created, expires, version: range } = waiver;
  if (owner.toLowerCase() === approver.toLowerCase()) yield `${owner} can't approve it`;
  const days = (Date.parse(expires) - Date.parse(created)) / dayMs;
  if (days <= 0) yield `it expires on ${expires}, not after ${created}, when it was created`;
  if (days > maxDays) yield `it is for ${days} days, and may be for ${maxDays}`;
  if (typeof range === 'string') return;
  if (compare(range.from, range.to) > 0)
    yield `version: ${range.from} comes after ${range.to}; exchange them`;
  if (major(range.from) !== major(range.to)) {
    yield `${range.from} to ${range.to} is more than one branch`;
  }
}

/** Whether the waiver is for this version. */
export function isForVersion({ version: range }: Waiver, candidate: string): boolean {
  if (typeof range === 'string') return range === candidate;
  return compare(range.from, candidate) <= 0 && compare(candidate, range.to) <= 0;
}

/** Whether it is over at this time: it holds until the end of its last day, UTC. */
export function isExpired({ expires }: Waiver, now: Date): boolean {
  return now.getTime() >= Date.parse(expires) + dayMs;
}

function major(text: string): string | undefined {
  return text.split('.')[0];
}

/**
 * Negative, zero or positive, by the numbers between dots. What follows a `+` does not count, and what is
 * no number counts as 0, so that nothing is later only because it can't be read.
 */
export function compare(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (const [n, number] of left.entries()) {
    const other = right[n] ?? 0n;
    if (number !== other) return number < other ? -1 : 1;
  }
  return 0;
}

function numbersOf(text: string): readonly bigint[] {
  const parts = (text.split('+')[0] ?? '').split('.');
  return [0, 1, 2].map((n) => BigInt(/^\d+$/.exec(parts[n] ?? '')?.[0] ?? 0));
}
