/**
 * Checks a payload as an update engine does: that the data of its operations lies one after the other
 * and is what the manifest says, and that a known key signed all of it.
 */

import { createHash, createPublicKey, createVerify, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { UsageError } from '../../harness/base/errors.js';
import { type Operation, signatureVersion } from './format.js';
import type { Payload } from './read-payload.js';

/** What holds, and what does not, each as a sentence; a sound payload has no problems. */
export interface PayloadReport {
  /** Digest of the whole file in lower-case hexadecimal, as an update server announces it. */
  readonly sha256: string;
  readonly sha1: string;
  readonly problems: readonly string[];
}

/** Reads a public key in PEM. Throws BAD_KEY (usage). */
export function readPublicKey(pem: string, name: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    const message = `key ${name}: it is no public key in PEM; give that of who signs payloads`;
    throw new UsageError('BAD_KEY', message, { cause });
  }
}

/** Without a key the signature is not looked at. */
export async function verifyPayload(payload: Payload, key?: KeyObject): Promise<PayloadReport> {
  const layout = checkLayout(payload);
  const { digests, problems } = await hashFile(payload, key);
  return { ...digests, problems: [...layout, ...problems] };
}

/** All operations in the order of their data. */
export function allOperations({ manifest }: Payload): readonly Operation[] {
  return [...manifest.operations, ...manifest.procedures.flatMap(({ operations }) => operations)];
}

function checkLayout(payload: Payload): string[] {
  const problems: string[] = [];
  let offset = 0;
  for (const [index, operation] of allOperations(payload).entries()) {
    if (operation.dataOffset !== offset) {
      const { dataOffset } = operation;
      problems.push(`the data of operation ${index} begins at ${dataOffset}, expected ${offset}`);
    }
    offset = operation.dataOffset + operation.dataBytes;
  }
  const { signaturesOffset } = payload.manifest;
  if (signaturesOffset !== undefined && signaturesOffset !== offset) {
    problems.push(`the signatures begin at ${signaturesOffset}, expected ${offset}`);
  }
  return problems;
}

async function hashFile(payload: Payload, key: KeyObject | undefined) {
  const sha256 = createHash('sha256');
  const sha1 = createHash('sha1');
  const signed = createVerify('RSA-SHA256');
  const problems: string[] = [];
  const data = operationHashes(payload, problems);
  let position = 0;
  for await (const chunk of createReadStream(payload.path, { highWaterMark: 2 ** 20 })) {
    const bytes = chunk as Buffer;
    sha256.update(bytes);
    sha1.update(bytes);
    const end = (payload.signedBytes ?? 0) - position;
    if (end > 0) signed.update(bytes.subarray(0, end));
    data(bytes, position);
    position += bytes.length;
  }
  if (key) problems.push(...checkSignature(payload, signed, key));
  return { digests: { sha256: sha256.digest('hex'), sha1: sha1.digest('hex') }, problems };
}

/** Follows the file from its start; the operations' data come in order and do not overlap. */
function operationHashes(payload: Payload, problems: string[]) {
  const operations = allOperations(payload).filter(({ dataBytes }) => dataBytes > 0);
  let index = 0;
  let hash = createHash('sha256');
  return (bytes: Buffer, position: number): void => {
    for (let operation = operations[index]; operation; operation = operations[index]) {
      const start = payload.dataStart + operation.dataOffset;
      const end = start + operation.dataBytes;
      hash.update(bytes.subarray(Math.max(0, start - position), Math.max(0, end - position)));
      if (end > position + bytes.length) return;
      if (!matches(hash.digest(), operation.dataSha256)) {
        problems.push(`the data of operation ${index} is not what the manifest says`);
      }
      hash = createHash('sha256');
      index += 1;
    }
  };
}

/** An operation without a digest is covered by the signature alone. */
function matches(actual: Buffer, expected: Uint8Array | undefined): boolean {
  return expected === undefined || actual.equals(expected);
}

function checkSignature(
  { signatures }: Payload,
  signed: ReturnType<typeof createVerify>,
  key: KeyObject,
): string[] {
  if (signatures.length === 0) return ['it is not signed'];
  const signature = signatures.find(({ version }) => version === signatureVersion);
  if (!signature) {
    const found = signatures.map(({ version }) => version).join(', ');
    return [`it has no signature of version ${signatureVersion}, only of ${found}`];
  }
  return signed.verify(key, signature.data) ? [] : ['its signature is not by this key'];
}
