/**
 * The ledger of a long past: what the channel had before there was a gate, and a verdict for each day since,
 * with all that a verdict states.
 */

import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requestOf } from '../results/gate/act.js';
import { sha256 } from '../results/gate/canonical-json.js';
import { channelDirectory } from '../results/gate/channel-directory.js';
import type { Signer, TrustedKey } from '../results/gate/envelope.js';
import { evaluate, type GateRequest } from '../results/gate/evaluate.js';
import { type LedgerEntry, makeEntry, readEntry } from '../results/gate/ledger.js';
import { type GateContext, ledgerPath, readGateState } from '../results/gate/open-ledger.js';
import { keepPayload } from '../results/gate/payload-store.js';
import { recordOf, subjectsOf } from '../results/gate/record.js';
import { adopt } from '../results/gate/unjudged-acts.js';
import {
  candidateOf,
  dayMs,
  now,
  type PastSize,
  payloadText,
  releasesOfDay,
} from './past-values.js';

/** Who signs, and who believes it. */
export interface LedgerKeys {
  readonly signer: Signer;
  readonly trusted: readonly TrustedKey[];
}

/** The gate in this directory, at the time when the newest release asks; `signers` are for acts. */
export function contextOf(
  directory: string,
  signal: AbortSignal,
  signers: readonly Signer[] = [],
): GateContext {
  const publisher = channelDirectory(join(directory, 'channels'), signal);
  return { directory, publisher, signers, now, signal };
}

/**
 * Gives the channel the release before the newest, and writes a verdict for each day; runs and policy are
 * there already. Returns how many records there are.
 */
export async function writeLedger(
  context: GateContext,
  size: PastSize,
  keys: LedgerKeys,
): Promise<number> {
  await adoptBefore(context, size);
  const state = await readGateState(context);
  const { version } = candidateOf(size.releases - 1);
  const base = await requestOf({ version, to: 'beta' }, { state, context });
  let entries: readonly LedgerEntry[] = state.entries;
  for (let day = 0; day < size.days; day += 1) {
    context.signal.throwIfAborted();
    entries = [...entries, await verdictOfDay(base, { day, size, entries, keys })];
  }
  const lines = entries.slice(state.entries.length).map((one) => JSON.stringify(one.envelope));
  await appendFile(ledgerPath(context), lines.map((line) => `${line}\n`).join(''));
  return entries.length;
}

/** The payload comes first: a channel has nothing whose bytes are not there. */
async function adoptBefore(context: GateContext, size: PastSize): Promise<void> {
  const before = size.releases - 2;
  const file = join(context.directory, 'payload');
  await writeFile(file, payloadText(before));
  await keepPayload(join(context.directory, 'channels'), file);
  const began = new Date(now.getTime() - (size.days + 1) * dayMs);
  await adopt(candidateOf(before), 'beta', { ...context, now: began });
}

interface Day {
  readonly day: number;
  readonly size: PastSize;
  readonly entries: readonly LedgerEntry[];
  readonly keys: LedgerKeys;
}

/** On the newest release that was run on that day, by all that was signed until then. */
async function verdictOfDay(base: GateRequest, { day, size, entries, keys }: Day) {
  const at = new Date(now.getTime() - (size.days - day) * dayMs + dayMs / 2);
  const newest = releasesOfDay(size, day).at(-1) ?? 0;
  const request = requestAt(base, at, newest);
  const told = { inputs: sha256(`inputs ${day}`), switchyard: '0.0.0' };
  const predicate = recordOf(request, evaluate(request), told);
  const subjects = subjectsOf(request.evidence.candidate);
  const envelope = await makeEntry(entries, { kind: 'verdict', subjects, predicate }, [
    keys.signer,
  ]);
  return readEntry(envelope, keys.trusted, `the verdict of day ${day}`);
}

function requestAt(base: GateRequest, at: Date, n: number): GateRequest {
  const runs = base.evidence.runs.filter(({ evidence }) => evidence.startedAt < at.toISOString());
  const candidate = candidateOf(n);
  const before = candidateOf(n - 1);
  const [image] = before.images;
  const own = runs.filter(({ evidence }) => evidence.imageSha256 === image?.sha256);
  const baseline = { version: before.version, images: before.images, runs: own };
  return { ...base, now: at, evidence: { ...base.evidence, candidate, runs, baseline } };
}
