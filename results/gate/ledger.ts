/**
 * The ledger: every verdict, promotion, revocation and accepted policy, one signed statement per line, each bound to the
 * one before. It is only ever appended to.
 */

import { appendFile, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../../harness/base/errors.js';
import { type Link, linkOf, nextLink, requireChain } from './chain.js';
import { type Envelope, parseEnvelope, type Signer, type TrustedKey } from './envelope.js';
import { type PredicateName, readStatement, type Subject, signStatement } from './statement.js';

/** What may stand in it. */
export type EntryKind = Extract<
  PredicateName,
  'verdict' | 'promotion' | 'adoption' | 'revocation' | 'policy'
>;
const kinds: readonly EntryKind[] = ['verdict', 'promotion', 'adoption', 'revocation', 'policy'];

/** One line; `predicate` has the link besides what it states. */
export interface LedgerEntry {
  readonly kind: EntryKind;
  readonly link: Link;
  readonly digest: string;
  readonly subjects: readonly Subject[];
  readonly predicate: Readonly<Record<string, unknown>>;
  readonly signedBy: readonly string[];
  /** As it was signed. */
  readonly envelope: Envelope;
}

/**
 * Reads and verifies all of it; a ledger that is not there is empty. Throws BAD_ENVELOPE, BAD_STATEMENT
 * and BROKEN_CHAIN (usage) with the line.
 */
export async function readLedger(
  path: string,
  trusted: readonly TrustedKey[],
): Promise<readonly LedgerEntry[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new UsageError(
      'LEDGER_UNREADABLE',
      `cannot read ${path}: ${error.message}; put the ledger back`,
    );
  });
  const lines = text.split('\n');
  // A crash while a line was being appended leaves half of it; it was never answered for.
  const whole = lines.slice(0, -1);
  const entries = whole.map((line, n) => {
    return readEntry(
      parseEnvelope(line, `${path}, line ${n + 1}`),
      trusted,
      `${path}, line ${n + 1}`,
    );
  });
  requireChain(entries, path);
  return entries;
}

/** Verifies one entry. Throws BAD_ENVELOPE and BAD_STATEMENT (usage). */
export function readEntry(
  envelope: Envelope,
  trusted: readonly TrustedKey[],
  where: string,
): LedgerEntry {
  for (const kind of kinds) {
    try {
      const opened = readStatement(kind, envelope, { trusted, where });
      const { subjects, predicate, signedBy, digest } = opened;
      const link = linkOf(predicate, where);
      const { sequence: _, previous: __, ...rest } = predicate as Link & object;
      return {
        kind,
        link,
        digest,
        subjects,
        predicate: rest,
        signedBy,
        envelope,
      };
    } catch (thrown) {
      const isOther = thrown instanceof UsageError && thrown.code === 'BAD_STATEMENT';
      if (!isOther || kind === kinds.at(-1)) throw thrown;
    }
  }
  throw new UsageError('BAD_STATEMENT', `${where}: it is of no kind that a ledger has`);
}

/** What is to be appended. */
export interface NewEntry {
  readonly kind: EntryKind;
  readonly subjects: readonly Subject[];
  readonly predicate: object;
}

/** Signs the entry that follows these. */
export async function makeEntry(
  entries: readonly LedgerEntry[],
  { kind, subjects, predicate }: NewEntry,
  signers: readonly Signer[],
): Promise<Envelope> {
  const linked = { ...predicate, ...nextLink(entries.at(-1)) };
  return await signStatement(kind, { subjects, predicate: linked }, signers);
}

/** Appends a line and returns when it is on disk. Who calls it holds the ledger's lock. */
export async function appendEntry(path: string, envelope: Envelope): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await dropTornLine(path);
  await appendFile(path, `${JSON.stringify(envelope)}\n`, { flush: true });
}

async function dropTornLine(path: string): Promise<void> {
  await using file = await open(path, 'a+');
  const text = await file.readFile('utf8');
  if (text !== '' && !text.endsWith('\n')) {
    await file.truncate(Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1)));
  }
}
