/**
 * What makes two clients one for a server: the random part of what keys are made from. The library keeps
 * it to itself, so this file alone knows where, and says so when a new version does it otherwise.
 */

import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { Client } from 'ssh2';

/** Binary values, in base64. */
export interface SessionSecrets {
  /** The client's first message of the key exchange, with its cookie (RFC 4253, section 7.1). */
  readonly kexInit: string;
  /** The client's half of the exchange, which lives as long as that (RFC 8731); PKCS 8. */
  readonly ephemeralKey: string;
}

/** The only exchange that can be given to another client. */
export const sharedKex = 'curve25519-sha256';

/** Of the library's own, between the server's half of the exchange and the keys. */
interface KeyExchange {
  _kexinit: Buffer;
  _keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
}

const form = { type: 'pkcs8', format: 'der' } as const;

/** Of a client that is being asked about the server's host key. */
export function takeSecrets(client: Client): SessionSecrets {
  const { _kexinit, _keys } = exchangeOf(client);
  const ephemeralKey = _keys.privateKey.export(form).toString('base64');
  return { kexInit: _kexinit.toString('base64'), ephemeralKey };
}

/** To a client that is being asked: it makes the same keys of them as the one they were taken from. */
export function giveSecrets(client: Client, { kexInit, ephemeralKey }: SessionSecrets): void {
  const exchange = exchangeOf(client);
  const privateKey = createPrivateKey({ key: Buffer.from(ephemeralKey, 'base64'), ...form });
  exchange._kexinit = Buffer.from(kexInit, 'base64');
  exchange._keys = { privateKey, publicKey: createPublicKey(privateKey) };
}

function exchangeOf(client: Client): KeyExchange {
  const { _protocol } = client as unknown as { _protocol?: { _kex?: Partial<KeyExchange> } };
  const exchange = _protocol?._kex;
  if (exchange?._kexinit && exchange._keys) return exchange as KeyExchange;
  throw new Error('this version of ssh2 does not show what it makes keys from');
}
