/**
 * The two ed25519 key pairs of a run: the harness's own, which opens every machine, and the host
 * key that Ignition gives every machine so that a connection can be verified.
 */

import ssh2 from 'ssh2';

/** One ed25519 pair. */
export interface KeyPair {
  /** One line as in `authorized_keys`: `ssh-ed25519 … comment`. */
  readonly publicKey: string;
  /** OpenSSH's PEM form, unencrypted, with a final newline. */
  readonly privateKey: string;
}

/** Made per run (or per template), never reused across hosts. */
export interface HarnessKeys {
  /** Opens machines as the user `core`. */
  readonly client: KeyPair;
  /** What the guest's sshd must prove to own. */
  readonly host: KeyPair;
}

/** Makes both pairs. */
export function makeHarnessKeys(): HarnessKeys {
  return { client: makeKeyPair('switchyard'), host: makeKeyPair('switchyard-host') };
}

/** For configs that are compared and never used: what they say besides their keys. */
export const placeholderKeys: HarnessKeys = {
  client: { publicKey: 'ssh-ed25519 client', privateKey: 'client' },
  host: { publicKey: 'ssh-ed25519 host', privateKey: 'host' },
};

/** The same way in, to a machine that proves an identity of its own. */
export function withOwnHostKey({ client }: HarnessKeys): HarnessKeys {
  return { client, host: makeKeyPair('switchyard-host') };
}

/**
 * ssh2 1.17 writes one key in about two hundred in a form that neither it nor OpenSSH can read (a
 * leading zero byte is lost): such a pair is drawn again.
 */
function makeKeyPair(comment: string): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    if (isReadable(pair)) return { publicKey: pair.public, privateKey: pair.private };
  }
}

function isReadable(pair: { readonly public: string; readonly private: string }): boolean {
  return [pair.public, pair.private].every((key) => {
    return !(ssh2.utils.parseKey(key) instanceof Error);
  });
}
