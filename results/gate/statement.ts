/**
 * What is signed: in-toto statements (in-toto attestation framework, Statement v1) about the digests
 * of images and payloads. The predicate's type says what is stated of them.
 */

import { z } from 'zod';
import { toError, UsageError } from '../../harness/base/errors.js';
import { canonicalJson } from './canonical-json.js';
import {
  type Envelope,
  openEnvelope,
  type SignedStatement,
  type Signer,
  seal,
  type TrustedKey,
} from './envelope.js';

const predicateBase = 'https://switchyard.test/predicate';

/** What may be stated. */
export const predicates = {
  run: `${predicateBase}/run/v1`,
  authorship: `${predicateBase}/authorship/v1`,
  approval: `${predicateBase}/approval/v1`,
  assets: `${predicateBase}/assets/v1`,
  canary: `${predicateBase}/canary/v1`,
  history: `${predicateBase}/history/v1`,
  report: `${predicateBase}/report/v1`,
  verdict: `${predicateBase}/verdict/v1`,
  promotion: `${predicateBase}/promotion/v1`,
  adoption: `${predicateBase}/adoption/v1`,
  revocation: `${predicateBase}/revocation/v1`,
  policy: `${predicateBase}/policy/v1`,
  policyApproval: `${predicateBase}/policy-approval/v1`,
} as const;
export type PredicateName = keyof typeof predicates;

/** Something with a digest, lower-case hexadecimal SHA-256. */
export interface Subject {
  readonly name: string;
  readonly sha256: string;
}

const statementSchema = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z
    .array(z.strictObject({ name: z.string(), digest: z.strictObject({ sha256: z.string() }) }))
    .min(1),
  predicateType: z.string(),
  predicate: z.unknown(),
});

/** A statement that was signed by somebody who is believed. */
export interface ReadStatement {
  readonly subjects: readonly Subject[];
  readonly predicate: unknown;
  readonly signedBy: readonly string[];
  /** Of the signed bytes. */
  readonly digest: string;
}

/** Signs a statement. */
export async function signStatement(
  name: PredicateName,
  { subjects, predicate }: { readonly subjects: readonly Subject[]; readonly predicate: object },
  signers: readonly Signer[],
): Promise<Envelope> {
  const subject = subjects.map(({ name: called, sha256 }) => ({
    name: called,
    digest: { sha256 },
  }));
  const _type = 'https://in-toto.io/Statement/v1';
  const statement = { _type, subject, predicateType: predicates[name], predicate };
  return await seal(canonicalJson(statement), signers);
}

function parseText(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new UsageError('BAD_STATEMENT', `${where}: not JSON (${toError(thrown).message})`);
  }
}

/**
 * Opens a statement of this kind. Throws BAD_ENVELOPE, RETIRED_KEY and BAD_STATEMENT (usage): a statement
 * of another kind proves nothing here, however well it is signed.
 */
export function readStatement(
  name: PredicateName,
  envelope: Envelope,
  { trusted, where }: { readonly trusted: readonly TrustedKey[]; readonly where: string },
): ReadStatement {
  const { text, signedBy, digest } = openEnvelope(envelope, trusted, where);
  const result = statementSchema.safeParse(parseText(text, where));
  if (!result.success) {
    const problems = result.error.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
    throw new UsageError('BAD_STATEMENT', `${where}: ${problems.join(', ')}`);
  }
  const { predicateType, predicate, subject } = result.data;
  if (predicateType !== predicates[name]) {
    const seen = `it is of ${predicateType}, not of ${predicates[name]}`;
    throw new UsageError('BAD_STATEMENT', `${where}: ${seen}`);
  }
  const subjects = subject.map((one) => ({ name: one.name, ...one.digest }));
  const believed = believedOf(signedBy, { kind: name, digest, predicate }, where);
  return { subjects, predicate, signedBy: believed.map((one) => one.name), digest };
}

/** Throws RETIRED_KEY (usage) when nobody is left. */
function believedOf(
  signedBy: readonly TrustedKey[],
  statement: SignedStatement,
  where: string,
): readonly TrustedKey[] {
  const believed = signedBy.filter(({ believes }) => believes?.(statement) ?? true);
  if (believed.length > 0) return believed;
  const names = signedBy.map((one) => one.name).join(', ');
  const seen = `${where}: a key of ${names} signed it that is retired, and no verdict on record saw it`;
  throw new UsageError('RETIRED_KEY', `${seen}; take it away, or have it signed anew`);
}
