/**
 * Checks a detached OpenPGP signature over data of any length while it streams by: the hash is made
 * here, chunk by chunk, and openpgp judges signature and key.
 */

import { createHash, type Hash } from 'node:crypto';
import {
  type PublicKey,
  readCleartextMessage,
  readSignature,
  type SignaturePacket,
  verify,
} from 'openpgp';
import { toError } from '../../harness/base/errors.js';
import { refused } from './fetch-errors.js';
import type { Keyring } from './keyring.js';

/** Names that messages use, and how old a key may be. */
export interface SignatureOptions {
  readonly keyring: Keyring;
  /** What is signed, for messages. */
  readonly subject: string;
  /** Accept what a key signed before it expired. Default false. */
  readonly allowExpiredKey?: boolean;
}

/** Give it all bytes in order, then ask. */
export interface SignatureCheck {
  update(chunk: Uint8Array): void;
  /** The fingerprint of the signer's primary key. Throws BAD_SIGNATURE (usage). */
  finish(): Promise<string>;
}

/** RFC 9580 section 9.5, hash algorithms that are still safe for signatures. */
const hashNames: Readonly<Record<number, string>> = { 8: 'sha256', 9: 'sha384', 10: 'sha512' };

const next = 'do not use the file; try another --server, and tell whoever runs this one';

/**
 * Opens a signature and finds its key. Throws BAD_SIGNATURE, UNKNOWN_SIGNER and EXPIRED_KEY (usage)
 * before any data was read.
 */
export async function openSignature(
  bytes: Uint8Array,
  options: SignatureOptions,
): Promise<SignatureCheck> {
  const packet = await readPacket(bytes, options.subject);
  const { key, signer } = await findSigner(packet, options);
  const hash = hashFor(packet, options.subject);
  return {
    update: (chunk) => void hash.update(chunk),
    finish: async () => {
      hash.update(trailerOf(packet));
      // What openpgp's own one-pass reader does: a hash that was made before stands in for the data.
      Object.assign(packet, { hashed: hash.digest() });
      try {
        await packet.verify(signer.keyPacket, 0, {}, new Date(), true);
      } catch (thrown) {
        const reason = toError(thrown).message.toLowerCase();
        const problem = `${options.subject}: its signature by ${nameOf(key)} does not hold (${reason})`;
        throw refused('BAD_SIGNATURE', problem, next);
      }
      return key.getFingerprint();
    },
  };
}

/** Checks a signature over a few bytes at once; throws what {@link openSignature} throws. */
export async function verifySmall(
  data: Uint8Array,
  signature: Uint8Array,
  options: SignatureOptions,
): Promise<string> {
  const check = await openSignature(signature, options);
  check.update(data);
  return await check.finish();
}

/** The text of a clear-signed message (`.asc`). Throws BAD_SIGNATURE (usage) and the like. */
export async function openClearsigned(text: string, options: SignatureOptions): Promise<string> {
  const { subject, keyring } = options;
  try {
    const message = await readCleartextMessage({ cleartextMessage: text });
    const verificationKeys = [...keyring.keys];
    const { data, signatures } = await verify({ message, verificationKeys, expectSigned: true });
    await Promise.all(signatures.map(async ({ verified }) => await verified));
    return data;
  } catch (thrown) {
    const reason = toError(thrown).message;
    throw refused(
      'BAD_SIGNATURE',
      `${subject}: its clear signature does not hold (${reason})`,
      next,
    );
  }
}

async function readPacket(bytes: Uint8Array, subject: string): Promise<SignaturePacket> {
  const bad = (reason: string) => {
    return refused('BAD_SIGNATURE', `${subject}: its .sig is no signature (${reason})`, next);
  };
  const signature = await readSignature({ binarySignature: bytes }).catch((thrown: unknown) => {
    throw bad(toError(thrown).message);
  });
  const packets = [...signature.packets] as SignaturePacket[];
  const [packet] = packets;
  if (packet === undefined || packets.length > 1) throw bad(`${packets.length} packets`);
  // Version 4, type 0: a signature over a binary document (RFC 9580 section 5.2.1).
  if (packet.version === 4 && packet.signatureType === 0) return packet;
  throw bad(`version ${packet.version}, type ${packet.signatureType}`);
}

function hashFor({ hashAlgorithm }: SignaturePacket, subject: string): Hash {
  const name = hashNames[hashAlgorithm ?? 0];
  if (name !== undefined) return createHash(name);
  const problem = `${subject}: it is signed over an unsafe hash, number ${hashAlgorithm}`;
  throw refused('BAD_SIGNATURE', problem, next);
}

/** RFC 9580 section 5.2.4: what a version 4 signature hashes after the document. */
function trailerOf({ signatureData }: SignaturePacket): Buffer {
  const hashed = Buffer.from(signatureData ?? []);
  const end = Buffer.from([4, 0xff, 0, 0, 0, 0]);
  end.writeUInt32BE(hashed.length, 2);
  return Buffer.concat([hashed, end]);
}

interface Signer {
  readonly key: PublicKey;
  readonly signer: Awaited<ReturnType<PublicKey['getSigningKey']>>;
}

async function findSigner(packet: SignaturePacket, options: SignatureOptions): Promise<Signer> {
  const { keyring, subject, allowExpiredKey = false } = options;
  const id = packet.issuerKeyID;
  const key = keyring.keys.find((one) => one.getKeys(id).length > 0);
  if (key === undefined) {
    const known = keyring.keys.map(nameOf).join(', ');
    const problem = `${subject}: it is signed by key ${id.toHex()}, expected a key of ${known}`;
    throw refused('UNKNOWN_SIGNER', problem, next);
  }
  const signedAt = packet.created ?? new Date(0);
  const signer = await key.getSigningKey(id, signedAt).catch((thrown: unknown) => {
    const reason = toError(thrown).message;
    const problem = `${subject}: key ${id.toHex()} could not sign at ${day(signedAt)} (${reason})`;
    throw refused(/expired/i.test(reason) ? 'EXPIRED_KEY' : 'BAD_SIGNATURE', problem, next);
  });
  if (!allowExpiredKey) await requireUnexpired({ key, signer }, { packet, subject, signedAt });
  return { key, signer };
}

async function requireUnexpired(
  { key, signer }: Signer,
  about: { readonly packet: SignaturePacket; readonly subject: string; readonly signedAt: Date },
): Promise<void> {
  try {
    await key.getSigningKey(about.packet.issuerKeyID);
  } catch (thrown) {
    const id = signer.getKeyID().toHex();
    const problem = `${about.subject}: key ${id}, which signed it at ${day(about.signedAt)}, is no longer valid`;
    const advice = 'get the current key file; for an old release add --allow-expired-key';
    throw refused('EXPIRED_KEY', problem, advice, { cause: thrown });
  }
}

function nameOf(key: PublicKey): string {
  return key.getFingerprint().slice(-16);
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
