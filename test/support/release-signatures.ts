/**
 * Keys that are made here, and what they sign: files with their digests, as a release has them.
 */

import { createHash } from 'node:crypto';
import {
  createCleartextMessage,
  createMessage,
  generateKey,
  type PrivateKey,
  type PublicKey,
  sign,
} from 'openpgp';

/** Someone who signs releases. */
export interface SigningKey {
  readonly privateKey: PrivateKey;
  readonly publicKey: PublicKey;
  readonly fingerprint: string;
}

/** A new key; one with an expiration lives so many seconds from `date` on. */
export async function makeKey(
  options: { readonly date?: Date; readonly keyExpirationTime?: number } = {},
): Promise<SigningKey> {
  const userIDs = [{ name: 'Test release key', email: 'release@test.example' }];
  const made = await generateKey({ userIDs, type: 'ecc', format: 'object', ...options });
  return { ...made, fingerprint: made.publicKey.getFingerprint() };
}

/** A detached binary signature, as `gpg --detach-sign` makes it. */
export async function detachedSignature(
  bytes: Uint8Array,
  { privateKey }: SigningKey,
  date?: Date,
): Promise<Buffer> {
  const message = await createMessage({ binary: new Uint8Array(bytes) });
  const signature = await sign({
    message,
    signingKeys: privateKey,
    detached: true,
    format: 'binary',
    ...(date && { date }),
  });
  return Buffer.from(signature);
}

/** `NAME.DIGESTS` as flatcar/scripts writes it. */
export function digestsText(name: string, bytes: Uint8Array): string {
  const line = (algorithm: string) => {
    const digest = createHash(algorithm).update(bytes).digest('hex');
    return `# ${algorithm.toUpperCase()} HASH\n${digest}  ${name}\n`;
  };
  return ['md5', 'sha1', 'sha512'].map(line).join('');
}

/** Files with what belongs beside them, signed by one key. */
export class SignedFiles {
  readonly map = new Map<string, Buffer>();
  readonly #key: SigningKey;
  readonly #date: Date | undefined;

  constructor(key: SigningKey, date?: Date) {
    this.#key = key;
    this.#date = date;
  }

  async add(path: string, bytes: Buffer): Promise<void> {
    const [key, date] = [this.#key, this.#date];
    const digests = digestsText(path.split('/').at(-1) ?? '', bytes);
    const message = await createCleartextMessage({ text: digests });
    const asc = await sign({ message, signingKeys: key.privateKey, ...(date && { date }) });
    this.map.set(path, bytes);
    this.map.set(`${path}.sig`, await detachedSignature(bytes, key, date));
    this.map.set(`${path}.DIGESTS`, Buffer.from(digests));
    this.map.set(`${path}.DIGESTS.sig`, await detachedSignature(Buffer.from(digests), key, date));
    this.map.set(`${path}.DIGESTS.asc`, Buffer.from(asc));
  }
}
