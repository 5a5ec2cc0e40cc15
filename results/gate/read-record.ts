/**
 * The ledger's entries as they are read again: as much of each as what comes later needs to know.
 */

import { z } from 'zod';
import { UsageError } from '../../harness/base/errors.js';
import type { GateVerdict } from './evaluate.js';
import type { KnownRun, KnownStatement } from './evidence.js';
import type { LedgerEntry } from './ledger.js';
import { problemOf } from './read-statements.js';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const knownRun = z.looseObject({
  runner: z.string(),
  sequence: z.int().min(1),
  statement: digest,
});

/** As much of it as is read again; the rest is compared, not understood. */
const verdictSchema = z.looseObject({
  verdict: z.looseObject({
    verdict: z.enum(['promote', 'needs-approval', 'hold', 'block']),
    version: z.string(),
    to: z.string(),
    at: z.iso.datetime(),
  }),
  inputs: digest,
  versions: z.looseObject({ switchyard: z.string(), lineage: z.array(z.string()) }),
  heads: z.array(knownRun),
  seen: z
    .array(z.looseObject({ row: z.string(), statement: digest, at: z.iso.datetime() }))
    .default([]),
});

const adoptionSchema = z.looseObject({
  version: z.string(),
  to: z.string(),
  at: z.iso.datetime(),
});

const revocationSchema = z.looseObject({
  version: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
});

const policyRecordSchema = z.looseObject({ digest, at: z.iso.datetime() });

/** An entry by what it states. `to` is the channel; of a policy, `version` is the beginning of its digest. */
export type ReadRecord = { readonly version: string; readonly at: string } & (
  | {
      readonly kind: 'verdict' | 'promotion';
      readonly to: string;
      readonly answer: GateVerdict['verdict'];
      readonly inputs: string;
      readonly switchyard: string;
      readonly lineage: readonly string[];
      readonly heads: readonly KnownRun[];
      readonly seen: readonly KnownStatement[];
    }
  | { readonly kind: 'policy' }
  | { readonly kind: 'adoption'; readonly to: string }
  | { readonly kind: 'revocation'; readonly reason: string }
);

/** Throws BAD_STATEMENT (usage) for an entry that does not state what its kind must. */
export function readRecordOf({ kind, predicate, link }: LedgerEntry): ReadRecord {
  try {
    if (kind === 'revocation') return { kind, ...revocationSchema.parse(predicate) };
    if (kind === 'adoption') return { kind, ...adoptionSchema.parse(predicate) };
    if (kind === 'policy') return policyRecordOf(predicate);
    const { verdict, inputs, heads, seen, versions } = verdictSchema.parse(predicate);
    const { version, to, at, verdict: answer } = verdict;
    const { switchyard, lineage } = versions;
    return { kind, version, to, at, answer, inputs, heads, seen, switchyard, lineage };
  } catch (thrown) {
    const where = `record ${link.sequence} of the ledger (${kind})`;
    throw new UsageError('BAD_STATEMENT', `${where}: ${problemOf(thrown)}`);
  }
}

function policyRecordOf(predicate: LedgerEntry['predicate']): ReadRecord {
  const { digest: version, at } = policyRecordSchema.parse(predicate);
  return { kind: 'policy', version: version.slice(0, 12), at };
}
