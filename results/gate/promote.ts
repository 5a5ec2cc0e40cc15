/**
 * The act: judges once more, at this moment, and moves the channel. One rename of the publisher makes
 * both the release and its record true; whatever dies before it has changed nothing, and whatever dies
 * after it is finished by the next that comes along.
 */

import { join } from 'node:path';
import { UsageError } from '../../harness/base/errors.js';
import { holdLock } from '../../harness/base/lock.js';
import { canonicalJson } from './canonical-json.js';
import { digestOfEnvelope } from './chain.js';
import type { Publisher } from './channel-directory.js';
import type { Envelope, Signer } from './envelope.js';
import { evaluate, type GateRequest, type GateVerdict } from './evaluate.js';
import type { Candidate } from './evidence.js';
import { gateFiles, readGateRequest, readPolicy } from './gate-directory.js';
import { keepInputs } from './inputs.js';
import { appendEntry, type LedgerEntry, makeEntry, readEntry, readLedger } from './ledger.js';
import { trustedKeys } from './signers.js';
import type { Subject } from './statement.js';

export interface GateContext {
  readonly directory: string;
  readonly publisher: Publisher;
  readonly signers: readonly Signer[];
  readonly now: Date;
  readonly signal: AbortSignal;
}

export interface PromotionRequest {
  readonly version: string;
  readonly to: string;
  /** What the channel must have: the promotion is refused when it has moved on. */
  readonly expected?: string;
}

/** What came of it; `record` when the channel was moved, now or before. */
export interface Promotion {
  readonly verdict: GateVerdict | undefined;
  readonly outcome: 'promoted' | 'already' | 'refused';
  readonly record?: Envelope;
}

/**
 * Promotes if the gate says so. Throws what reading throws, CHANNEL_MOVED and REVOKED (usage), and has
 * then changed nothing.
 */
export async function promote(request: PromotionRequest, context: GateContext): Promise<Promotion> {
  await using _lock = await lockGate(context);
  const entries = await openLedger(context);
  const { version, to, expected } = request;
  const current = await context.publisher.current(to);
  const currently = current?.release.version;
  if (current && currently === version) {
    return { verdict: undefined, outcome: 'already', record: current.record };
  }
  if (expected !== undefined && expected !== (currently ?? 'nothing')) {
    const seen = `the channel ${to} has ${currently ?? 'nothing'}, not ${expected}`;
    throw new UsageError('CHANNEL_MOVED', `${seen}; look at it again`);
  }
  const question = { version, to, now: context.now, currently };
  const gate = await readGateRequest(context.directory, question);
  requireNotRevoked(entries, gate.evidence.candidate);
  const verdict = evaluate(gate);
  if (verdict.verdict !== 'promote') {
    await record('verdict', { entries, gate, verdict, context });
    return { verdict, outcome: 'refused' };
  }
  const envelope = await prepare('promotion', { entries, gate, verdict, context });
  // Before the act: nobody would believe a record of somebody whom the policy does not name.
  readEntry(envelope, trustedKeys(gate.policy.trust.gate), 'the record of this promotion');
  const { images } = gate.evidence.candidate;
  await context.publisher.publish(to, { release: { version, images }, record: envelope });
  await appendEntry(ledgerPath(context), envelope);
  return { verdict, outcome: 'promoted', record: envelope };
}

/** Judges, and writes the verdict into the ledger when there is somebody to sign it. */
export async function check(
  { version, to }: PromotionRequest,
  context: GateContext,
): Promise<GateVerdict> {
  await using _lock = await lockGate(context);
  const entries = await openLedger(context);
  const currently = (await context.publisher.current(to))?.release.version;
  const question = { version, to, now: context.now, currently };
  const gate = await readGateRequest(context.directory, question);
  const verdict = evaluate(gate);
  if (context.signers.length > 0) await record('verdict', { entries, gate, verdict, context });
  return verdict;
}

/** States that a release is not to be promoted any more. Nothing is taken out of any channel. */
export async function revoke(
  candidate: Candidate,
  reason: string,
  context: GateContext,
): Promise<Envelope> {
  await using _lock = await lockGate(context);
  const entries = await openLedger(context);
  const predicate = { version: candidate.version, reason, at: context.now.toISOString() };
  const entry = { kind: 'revocation', subjects: subjectsOf(candidate), predicate } as const;
  const envelope = await makeEntry(entries, entry, context.signers);
  await appendEntry(ledgerPath(context), envelope);
  return envelope;
}

async function lockGate({ directory, signal }: GateContext): Promise<AsyncDisposable> {
  return await holdLock(`gate ${directory}`, { signal });
}

function ledgerPath({ directory }: GateContext): string {
  return join(directory, gateFiles.ledger);
}

/**
 * The ledger, with the record of a promotion whose promoter died before it could write it. Throws
 * FOREIGN_RECORD (usage) for a channel that was moved by somebody else.
 */
async function openLedger(context: GateContext): Promise<readonly LedgerEntry[]> {
  const { edges, trust } = await readPolicy(context.directory);
  const trusted = trustedKeys(trust.gate);
  const path = ledgerPath(context);
  let entries = await readLedger(path, trusted);
  for (const channel of new Set(edges.map(({ to }) => to))) {
    const published = await context.publisher.current(channel);
    if (published === undefined) continue;
    const entry = readEntry(published.record, trusted, `record of ${channel}`);
    if (entries.some(({ digest }) => digest === entry.digest)) continue;
    const last = entries.at(-1);
    if (entry.link.previous !== (last?.digest ?? '0'.repeat(64))) {
      const seen = `the channel ${channel} has a record that the ledger does not know`;
      throw new UsageError('FOREIGN_RECORD', `${seen}; somebody else moved it`);
    }
    await appendEntry(path, published.record);
    entries = [...entries, entry];
  }
  return entries;
}

function requireNotRevoked(entries: readonly LedgerEntry[], { images }: Candidate): void {
  const own = new Set(images.map(({ sha256 }) => sha256));
  const revocation = entries.find(({ kind, subjects }) => {
    return kind === 'revocation' && subjects.some(({ sha256 }) => own.has(sha256));
  });
  if (revocation === undefined) return;
  const { version, reason } = revocation.predicate;
  throw new UsageError('REVOKED', `${version} was revoked: ${reason}`);
}

interface Judged {
  readonly entries: readonly LedgerEntry[];
  readonly gate: GateRequest;
  readonly verdict: GateVerdict;
  readonly context: GateContext;
}

async function record(kind: 'verdict', judged: Judged): Promise<void> {
  if (judged.context.signers.length === 0) return;
  await appendEntry(ledgerPath(judged.context), await prepare(kind, judged));
}

async function prepare(
  kind: 'verdict' | 'promotion',
  { entries, gate, verdict, context }: Judged,
): Promise<Envelope> {
  const inputs = await keepInputs(join(context.directory, gateFiles.inputs), gate);
  const subjects = subjectsOf(gate.evidence.candidate);
  return await makeEntry(
    entries,
    { kind, subjects, predicate: { verdict, inputs } },
    context.signers,
  );
}

function subjectsOf({ version, images }: Candidate): readonly Subject[] {
  return images.flatMap(({ arch, sha256, payloadSha256 }) => [
    { name: `${version}/${arch}/image`, sha256 },
    { name: `${version}/${arch}/payload`, sha256: payloadSha256 },
  ]);
}

/** Whether two envelopes say the same, whoever signed them. */
export function isSameRecord(one: Envelope, other: Envelope): boolean {
  return digestOfEnvelope(one) === digestOfEnvelope(other);
}

/** The verdict of an entry as it was written. */
export function verdictOf({ predicate }: LedgerEntry): { verdict: unknown; inputs: string } {
  const { verdict, inputs } = predicate;
  if (typeof inputs === 'string' && verdict !== undefined) return { verdict, inputs };
  throw new UsageError('BAD_STATEMENT', `this entry has no verdict: ${canonicalJson(predicate)}`);
}
