/**
 * Signed statements: DSSE envelopes (github.com/secure-systems-lab/dsse, protocol 1.0) with ed25519
 * signatures. What is signed is the payload's type and its bytes, so neither can be exchanged.
 */

import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { toError, UsageError } from '../../harness/base/errors.js';
import { sha256 } from './canonical-json.js';

/** Signs bytes with one key, here or in a device that never gives it away. */
export interface Signer {
  /** See {@link keyIdOf}. */
  readonly keyId: string;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A key that is believed, and whose it is. */
export interface TrustedKey {
  readonly name: string;
  readonly key: KeyObject;
  /** Which of its statements are believed; all, unless it is in use no more. */
  readonly believes?: (statement: SignedStatement) => boolean;
}

/** What was signed, of a kind that `statement.ts` has; `digest` is that of the signed bytes. */
export interface SignedStatement {
  readonly kind: string;
  readonly digest: string;
  readonly predicate: unknown;
}

/** Either alphabet of RFC 4648, as DSSE allows. Quicker than decoding it only to see that it can be. */
const base64 = z
  .string()
  .regex(/^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}$/, 'must be base64')
  .refine((text) => text.length % 4 === 0, 'must be base64');

const envelopeSchema = z.strictObject({
  payloadType: z.string().min(1),
  payload: base64,
  // DSSE lets who signs leave the key's name out: it is a hint, and proves nothing.
  signatures: z.array(z.strictObject({ keyid: z.string().exactOptional(), sig: base64 })).min(1),
});

/** A payload and who signed it, as it is stored: one JSON object. */
export type Envelope = z.infer<typeof envelopeSchema>;

/** The type of payloads that are in-toto statements. */
export const statementType = 'application/vnd.in-toto+json';

/** What is signed: DSSE's pre-authentication encoding. */
function encoded(type: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

const keyIds = new WeakMap<KeyObject, string>();

/** The first 16 hexadecimal digits of the SHA-256 of the public key's DER. */
export function keyIdOf(key: KeyObject): string {
  const known = keyIds.get(key) ?? computeKeyId(key);
  keyIds.set(key, known);
  return known;
}

function computeKeyId(key: KeyObject): string {
  const open = key.type === 'private' ? createPublicKey(key) : key;
  return sha256(open.export({ type: 'spki', format: 'der' })).slice(0, 16);
}

/** Signs a text with each of the signers. */
export async function seal(
  text: string,
  signers: readonly Signer[],
  payloadType = statementType,
): Promise<Envelope> {
  const payload = Buffer.from(text);
  const message = encoded(payloadType, payload);
  const signatures = await Promise.all(
    signers.map(async ({ keyId, sign }) => {
      return { keyid: keyId, sig: Buffer.from(await sign(message)).toString('base64') };
    }),
  );
  return { payloadType, payload: payload.toString('base64'), signatures };
}

/** Reads an envelope. Throws BAD_ENVELOPE (usage) that says what is wrong with it. */
export function parseEnvelope(text: string, where: string): Envelope {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw badEnvelope(where, toError(thrown).message);
  }
  const result = envelopeSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw badEnvelope(where, problems.join(', '));
}

/** A payload that somebody signed who is believed. */
export interface Opened {
  readonly text: string;
  /** SHA-256 of the payload's bytes. */
  readonly digest: string;
  /** Who, each once; at least one. */
  readonly signedBy: readonly TrustedKey[];
}

/**
 * The payload, when at least one of the keys signed it. Throws BAD_ENVELOPE (usage): another type,
 * unknown keys only, or a signature of a known key that does not fit.
 */
export function openEnvelope(
  envelope: Envelope,
  trusted: readonly TrustedKey[],
  where: string,
): Opened {
  if (envelope.payloadType !== statementType) {
    throw badEnvelope(where, `its payload is ${envelope.payloadType}, not ${statementType}`);
  }
  const payload = Buffer.from(envelope.payload, 'base64');
  const message = encoded(envelope.payloadType, payload);
  const signers = envelope.signatures.flatMap(({ keyid = '', sig }) => {
    const fits = ({ key }: TrustedKey) => verify(null, message, key, Buffer.from(sig, 'base64'));
    if (keyid === '') return trusted.find(fits) ?? [];
    const known = trusted.find(({ key }) => keyIdOf(key) === keyid);
    if (known === undefined || fits(known)) return known ?? [];
    throw badEnvelope(where, `the signature of ${known.name} does not fit its payload`);
  });
  const signedBy = trusted.filter((one) => signers.includes(one));
  if (signedBy.length > 0) {
    return { text: payload.toString('utf8'), digest: sha256(payload), signedBy };
  }
  const ids = envelope.signatures.map(({ keyid }) => keyid || 'a key without a name').join(', ');
  const next = `${howToRetire}, and take away what a stranger signed`;
  throw badEnvelope(where, `it is signed by ${ids}, whom the policy does not name; ${next}`);
}

const howToRetire =
  'list a key that is in use no more under trust.retired (a gate key stays in trust.gate)';

function badEnvelope(where: string, reason: string): UsageError {
  return new UsageError('BAD_ENVELOPE', `${where}: ${reason}`);
}
