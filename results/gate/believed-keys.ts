/**
 * Whose statements count in a role: those of the keys that are in use, and of retired ones what the ledger
 * knows. With a key that leaked nobody can add to that.
 */

import type { SignedStatement, TrustedKey } from './envelope.js';
import type { Evidence } from './evidence.js';
import { rowOfReports } from './field-evidence.js';
import type { Policy } from './policy-schema.js';
import { trustedKeys } from './signers.js';

type Trust = Policy['trust'];
type Known = Pick<Evidence, 'knownRuns' | 'knownStatements'>;

/** Roles whose word is evidence. */
export type EvidenceRole = Exclude<keyof Trust, 'retired' | 'gate'>;

/** By what the ledger knows. */
export function believedKeys(
  trust: Trust,
  role: EvidenceRole,
  known: Known,
): readonly TrustedKey[] {
  const retired = (trust.retired ?? []).filter((one) => one.role === role);
  const old = trustedKeys(retired).map((one): TrustedKey => {
    return { ...one, believes: (statement) => isKnown(statement, one.name, known) };
  });
  return [...trustedKeys(trust[role] ?? []), ...old];
}

/** In a row what comes before a known statement is bound by it, see `chain.ts`. */
function isKnown(
  { kind, digest, predicate }: SignedStatement,
  name: string,
  { knownRuns, knownStatements = [] }: Known,
): boolean {
  const row = { run: name, report: rowOfReports(name) }[kind];
  if (row === undefined) return knownStatements.some(({ statement }) => statement === digest);
  const last = knownRuns.find(({ runner }) => runner === row)?.sequence ?? 0;
  const { sequence } = predicate as { readonly sequence?: unknown };
  return typeof sequence === 'number' && sequence <= last;
}
