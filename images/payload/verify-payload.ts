/**
 * Checks a payload as an update engine does: that the data of its operations lies one after the other
 * and is what the manifest says, that what they write is that, too, and that a known key signed all.
 */

import { createHash, createPublicKey, createVerify, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { UsageError } from '../../harness/base/errors.js';
import { type Operation, signatureVersion } from './format.js';
import type { Payload } from './read-payload.js';
import { verifyTargets } from './verify-targets.js';

/** What holds, and what does not, each as a sentence; a sound payload has no problems. */
export interface PayloadReport {
  /** Digest of the whole file in lower-case hexadecimal, as an update server announces it. */
  readonly sha256: string;
  readonly sha1: string;
  readonly problems: readonly string[];
  /** What could not be told, with the reason, each as a sentence: it may be so or not. */
  readonly unverified: readonly string[];
}

/** Reads a public RSA key in PEM. Throws BAD_KEY (usage). */
export function readPublicKey(pem: string, name: string): KeyObject {
  const key = parsePublicKey(pem, name);
  if (key.asymmetricKeyType === 'rsa') return key;
  const type = key.asymmetricKeyType;
  throw new UsageError('BAD_KEY', `key ${name}: it is of type ${type}; payloads are signed by RSA`);
}

function parsePublicKey(pem: string, name: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    const message = `key ${name}: it is no public key in PEM; give that of who signs payloads`;
    throw new UsageError('BAD_KEY', message, { cause });
  }
}

/** Without a key the signature is not looked at. Reads the file twice, and keeps little of it. */
export async function verifyPayload(payload: Payload, key?: KeyObject): Promise<PayloadReport> {
  const layout = checkLayout(payload);
  const { digests, wrongData, signature } = await hashFile(payload, key);
  const data = [...layout, ...wrongData];
  const targets = data.length === 0 ? await verifyTargets(payload) : nothingOfWrongData;
  const problems = shorten([...data, ...targets.problems, ...signature]);
  return { ...digests, problems, unverified: targets.unverified };
}

const nothingOfWrongData = {
  problems: [],
  unverified: ['what the operations write, since their data is not sound'],
};

const mostProblems = 20;

/** A manifest may have thousands of operations, each of them wrong. */
function shorten(problems: readonly string[]): readonly string[] {
  const more = problems.length - mostProblems;
  if (more <= 0) return problems;
  return [...problems.slice(0, mostProblems), `and ${more} more problems`];
}

/** All operations in the order of their data. */
export function allOperations({ manifest }: Payload): readonly Operation[] {
  return [...manifest.operations, ...manifest.procedures.flatMap(({ operations }) => operations)];
}

/** Whether the data lies where it should, up to the end of the file; each problem as a sentence. */
export function checkLayout(payload: Payload): string[] {
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
  const end = payload.dataStart + offset;
  if (signaturesOffset === undefined && end !== payload.bytes) {
    problems.push(`the data ends at byte ${end}, the file has ${payload.bytes} bytes`);
  }
  return problems;
}

async function hashFile(payload: Payload, key: KeyObject | undefined) {
  const sha256 = createHash('sha256');
  const sha1 = createHash('sha1');
  const signed = createVerify('RSA-SHA256');
  const wrongData: string[] = [];
  const data = operationHashes(payload, wrongData);
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
  const signature = key ? checkSignature(payload, signed, key) : [];
  const digests = { sha256: sha256.digest('hex'), sha1: sha1.digest('hex') };
  return { digests, wrongData, signature };
}

/** Follows the file from its start; the operations' data come in order and do not overlap. */
function operationHashes(payload: Payload, problems: string[]) {
  const operations = allOperations(payload)
    .map((operation, number) => ({ ...operation, number }))
    .filter(({ dataBytes }) => dataBytes > 0);
  let index = 0;
  let hash = createHash('sha256');
  return (bytes: Buffer, position: number): void => {
    for (let operation = operations[index]; operation; operation = operations[index]) {
      const start = payload.dataStart + operation.dataOffset;
      const end = start + operation.dataBytes;
      hash.update(bytes.subarray(Math.max(0, start - position), Math.max(0, end - position)));
      if (end > position + bytes.length) return;
      if (!matches(hash.digest(), operation.dataSha256)) {
        problems.push(`the data of operation ${operation.number} is not what the manifest says`);
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
