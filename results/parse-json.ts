/**
 * Turning stored JSON into checked values, with errors that name the file, the line and the field.
 */

import type { z } from 'zod';
import { HarnessError, toError, UsageError } from '../harness/base/errors.js';
import { recordSchema } from '../harness/model/events.js';

/** The error of a log or record that is damaged: RECORD_CORRUPT, usage, since a caller named it. */
export function corrupt(where: string, problem: string): HarnessError {
  const next = 'the file was changed or damaged after it was written';
  return new HarnessError('usage', 'RECORD_CORRUPT', `${where}: ${problem}; ${next}`);
}

/** Parses text that must be one JSON object. Throws RECORD_CORRUPT. */
export function parseObject(text: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw corrupt(where, `not JSON (${toError(thrown).message})`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw corrupt(where, 'not a JSON object');
}

/** Older logs and records have no digests by which an edit could be told. */
const oldestSchema = 2;

/**
 * Throws RECORD_TOO_NEW and RECORD_TOO_OLD (usage) when a version of the harness wrote this whose files are
 * not read.
 */
export function requireReadable(schema: unknown, where: string): void {
  if (typeof schema !== 'number') return;
  if (schema >= oldestSchema && schema <= recordSchema) return;
  const [code, limit] =
    schema > recordSchema
      ? ['RECORD_TOO_NEW', `up to ${recordSchema}`]
      : ['RECORD_TOO_OLD', `from ${oldestSchema} on`];
  const versions = `schema ${schema}, this yard reads ${limit}`;
  throw new UsageError(code, `${where}: ${versions}; use the yard that wrote it`);
}

/** Checks a value against a schema. Throws RECORD_CORRUPT that names the first wrong field. */
export function check<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') || 'the object';
  throw corrupt(where, `${field}: ${issue?.message ?? 'invalid'}`);
}
