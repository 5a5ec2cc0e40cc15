/**
 * The seal of `record.json`: a digest over the record and the head of the log that it was folded
 * from, so that a record that was edited, or lies beside another log, is not believed.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { RunRecord } from '../harness/model/record.js';
import type { LogHead } from './log-chain.js';
import { check, corrupt } from './parse-json.js';

/** What stands in a record's `seal`. */
export interface RecordSeal {
  readonly log: LogHead;
  /** Lower-case hexadecimal SHA-256 of the record without its seal, as compact JSON. */
  readonly digest: string;
}

const recordSeal = z.looseObject({
  log: z.looseObject({ lines: z.int(), digest: z.string() }),
  digest: z.string(),
});

function digestOf(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** The record with its seal, as it is written. */
export function sealRecord(record: RunRecord, log: LogHead): RunRecord & { seal: RecordSeal } {
  return { ...record, seal: { log, digest: digestOf(record) } };
}

/** A record's object without its seal. */
export interface Unsealed {
  readonly value: Record<string, unknown>;
  readonly seal: RecordSeal;
  readonly isIntact: boolean;
}

/** Takes the seal off. Throws RECORD_CORRUPT when there is none. */
export function unsealRecord(object: Record<string, unknown>, where: string): Unsealed {
  const { seal: found, ...value } = object;
  if (found === undefined) throw corrupt(where, 'it has no seal');
  const seal = check(recordSeal, found, `${where}: seal`);
  return { value, seal, isIntact: seal.digest === digestOf(value) };
}

/** The first field in which two JSON values differ, as `cases.3.status`; undefined if none. */
export function firstDifference(one: unknown, other: unknown, path = ''): string | undefined {
  if (Object.is(one, other)) return undefined;
  if (!isContainer(one) || !isContainer(other)) return path || 'the whole';
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  for (const key of keys) {
    const [a, b] = [one[key], other[key]];
    const found = firstDifference(a, b, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
