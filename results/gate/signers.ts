/**
 * Keys of people and services: from a PEM file, from a descriptor that is already open, or behind a
 * command that signs, such as the client of a hardware module.
 */

import { spawn } from 'node:child_process';
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { toError, UsageError } from '../../harness/base/errors.js';
import { keyIdOf, type Signer, type TrustedKey } from './envelope.js';

/** Public keys in PEM, as policies have them. */
type NamedKeys = readonly { readonly name: string; readonly key: string }[];

/** How long a command that signs may take: somebody may have to touch a key. */
const commandMs = 120_000;

/**
 * A signer by what the user named: a path, `fd:3`, or `command:PROGRAM ARGUMENTS#PUBLIC-KEY-FILE`, whose
 * standard input is what to sign and whose standard output the signature, 64 bytes. Throws BAD_KEY
 * (usage).
 */
export async function openSigner(source: string): Promise<Signer> {
  if (source.startsWith('command:')) return await commandSigner(source);
  const key = await readPrivateKey(source);
  return { keyId: keyIdOf(key), sign: async (bytes) => sign(null, bytes, key) };
}

async function readPrivateKey(source: string): Promise<KeyObject> {
  try {
    const file = source.startsWith('fd:') ? `/dev/fd/${Number(source.slice(3))}` : source;
    return requireEd25519(createPrivateKey(await readFile(file)), source);
  } catch (thrown) {
    throw badKey(source, toError(thrown).message);
  }
}

async function commandSigner(source: string): Promise<Signer> {
  const { command = '', file = '' } =
    /^command:(?<command>[^#]+)#(?<file>.+)$/s.exec(source)?.groups ?? {};
  const [program, ...args] = command.trim().split(/\s+/);
  if (!program) throw badKey(source, 'give command:PROGRAM ARGUMENTS#PUBLIC-KEY-FILE');
  const pem = await readFile(file, 'utf8').catch((error: unknown) => {
    throw badKey(source, toError(error).message);
  });
  const key = parsePublicKey(pem, source);
  return {
    keyId: keyIdOf(key),
    sign: async (bytes) => {
      const signature = await runSigner(program, args, bytes);
      if (verify(null, bytes, key, signature)) return signature;
      const seen = `what it wrote is no signature by the key in ${file}`;
      throw new UsageError('SIGNER_FAILED', `the command ${program} did not sign: ${seen}`);
    },
  };
}

/** Throws SIGNER_FAILED (infrastructure is not to blame: usage) when it does not sign. */
async function runSigner(
  program: string,
  args: readonly string[],
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  // spawn's own timer would go on after a program that could not be started.
  const timer = setTimeout(() => child.kill(), commandMs);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? '' : `${signal ?? `exit ${code}`}`));
  });
  // A program that ends without reading has said why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(bytes);
  const problem = await ended;
  clearTimeout(timer);
  const signature = Buffer.concat(chunks);
  if (problem === '' && signature.length === 64) return signature;
  const seen = problem || `${signature.length} bytes instead of 64`;
  throw new UsageError('SIGNER_FAILED', `the command ${program} did not sign: ${seen}`);
}

/** Throws BAD_KEY (usage). */
export function parsePublicKey(pem: string, where: string): KeyObject {
  try {
    return requireEd25519(createPublicKey(pem), where);
  } catch (thrown) {
    throw badKey(where, toError(thrown).message);
  }
}

/** The keys of a list of the policy. Throws BAD_KEY (usage) with the name. */
export function trustedKeys(keys: NamedKeys): readonly TrustedKey[] {
  return keys.map(({ name, key }) => ({ name, key: parsePublicKey(key, `key of ${name}`) }));
}

/** Whose key this is. Throws UNTRUSTED_KEY (usage) when the policy's list does not name it as one in use. */
export function requireTrusted(
  { keyId }: Signer,
  all: readonly TrustedKey[],
  role: string,
): TrustedKey {
  const trusted = all.filter(({ believes }) => believes === undefined);
  const known = trusted.find(({ key }) => keyIdOf(key) === keyId);
  if (known !== undefined) return known;
  const names = trusted.map(({ name, key }) => `${name} (${keyIdOf(key)})`).join(', ') || 'nobody';
  const seen = `the key ${keyId} is of none of the policy's ${role}, who are ${names}`;
  throw new UsageError('UNTRUSTED_KEY', `${seen}; sign with one of theirs`);
}

/** Throws UNTRUSTED_KEY, and NOT_YOUR_KEY (usage) for the key of another, as whom nobody `does` anything. */
export function requireOwnKey(
  signer: Signer,
  name: string,
  { keys, role, does }: { readonly keys: NamedKeys; readonly role: string; readonly does: string },
): void {
  const { name: owner } = requireTrusted(signer, trustedKeys(keys), role);
  if (owner === name) return;
  throw new UsageError('NOT_YOUR_KEY', `this is the key of ${owner}, and you ${does} as ${name}`);
}

function requireEd25519(key: KeyObject, where: string): KeyObject {
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw badKey(where, `it is ${key.asymmetricKeyType}, not ed25519`);
}

function badKey(where: string, reason: string): UsageError {
  return new UsageError('BAD_KEY', `${where}: ${reason}`);
}
