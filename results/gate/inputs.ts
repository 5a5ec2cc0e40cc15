/**
 * What a verdict was made from, kept by its digest: who doubts a verdict makes it again from these.
 */

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toError, UsageError } from '../../harness/base/errors.js';
import { writeWhole } from '../record-file.js';
import { canonicalJson, sha256 } from './canonical-json.js';
import { evaluate, type GateRequest, type GateVerdict } from './evaluate.js';

/** Writes the request and returns its digest. Writing it again changes nothing. */
export async function keepInputs(directory: string, request: GateRequest): Promise<string> {
  const text = canonicalJson({ ...request, now: request.now.toISOString() });
  const digest = sha256(text);
  await mkdir(directory, { recursive: true });
  await writeWhole(join(directory, `${digest}.json`), text);
  return digest;
}

/** Throws INPUTS_MISSING and INPUTS_CHANGED (usage). */
export async function readInputs(directory: string, digest: string): Promise<GateRequest> {
  const path = join(directory, `${digest}.json`);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError('INPUTS_MISSING', `cannot read ${path}: ${toError(error).message}`);
  });
  if (sha256(text) !== digest) throw new UsageError('INPUTS_CHANGED', `${path} was changed`);
  const value = JSON.parse(text) as GateRequest & { readonly now: string };
  return { ...value, now: new Date(value.now) };
}

/** A verdict made again, and whether it is the same to the last bit. */
export interface Replay {
  readonly verdict: GateVerdict;
  readonly isSame: boolean;
}

/** Judges once more by the same inputs. */
export function replay(request: GateRequest, recorded: unknown): Replay {
  const verdict = evaluate(request);
  return { verdict, isSame: canonicalJson(verdict) === canonicalJson(recorded) };
}
