/**
 * Opens SSH connections whose server has proved to own the pinned host key, each stage with a limit
 * of its own. A guest that still boots looks like many different errors; what may pass with time is
 * told apart from what never will.
 */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type Client } from 'ssh2';
import { abortable, scaleLimit, withDeadline, withResolvers } from '../../harness/base/deadline.js';
import { HarnessError, ProductError, toError } from '../../harness/base/errors.js';
import { pause } from '../../harness/base/poll.js';
import { ConnectionLate, ConnectionLost, type ConnectionStage } from './connection-lost.js';
import type { HarnessKeys } from './keys.js';
import { sharedKex } from './session-secrets.js';
import { SshConnection } from './ssh-connection.js';

/** Limits of the stages of a connection, in milliseconds on a host of speed 1. */
export interface SshTimeouts {
  /** TCP connect. */
  readonly connectMs: number;
  /** From TCP to the first byte of the server's identification. */
  readonly bannerMs: number;
  /** From there to the authenticated session. */
  readonly handshakeMs: number;
  /** Quiet time after which the peer is asked for a sign of life; three misses end the connection. */
  readonly keepaliveMs: number;
}

/**
 * The defaults. The banner's is short since QEMU's user network accepts a
 * connection at once and repeats the guest's SYN ever more rarely: a new try is faster.
 */
export const defaultSshTimeouts: SshTimeouts = {
  connectMs: 5_000,
  bannerMs: 15_000,
  handshakeMs: 20_000,
  keepaliveMs: 15_000,
};

/** Where to connect to, as whom, and what the server must prove. */
export interface SshTarget {
  readonly host: string;
  readonly port: number;
  /** A connection that is there already, used instead of a new one. */
  readonly stream?: Duplex;
  /**
   * The client is asked whether it believes the server's host key, and has no keys yet. Once: later keys
   * of the same connection are the client's own affair.
   */
  readonly onHostKey?: (client: Client) => void;
  readonly user: string;
  readonly keys: HarnessKeys;
  /** Default {@link defaultSshTimeouts}. */
  readonly timeouts?: Partial<SshTimeouts>;
  /** Multiplies all of them. Default 1. */
  readonly slowness?: number;
  readonly signal: AbortSignal;
}

/**
 * Tries once. Throws HOST_KEY_MISMATCH (product, final), AUTH_REFUSED (product; passes while a guest
 * still boots), ConnectionLost with the stage that was reached, or the signal's reason.
 */
export async function connectSsh(target: SshTarget): Promise<SshConnection> {
  const timeouts = scaledTimeouts(target);
  const { host, port, stream } = target;
  const socket = stream ?? connectTcp({ host, port, noDelay: true });
  // Every stage listens for errors itself; between two of them one must not be fatal.
  socket.on('error', () => undefined);
  try {
    const stage = stageRunner(target);
    if (!stream) await stage('connect', timeouts.connectMs, once(socket, 'connect'));
    await stage('banner', timeouts.bannerMs, firstByte(socket));
    const client = new ssh2.Client();
    await stage(
      'handshake',
      timeouts.handshakeMs,
      authenticate(client, { target, socket, timeouts }),
    );
    return new SshConnection(client, socket);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function scaledTimeouts({ timeouts, slowness = 1 }: SshTarget): SshTimeouts {
  const limits = { ...defaultSshTimeouts, ...timeouts };
  return {
    connectMs: scaleLimit(limits.connectMs, slowness),
    bannerMs: scaleLimit(limits.bannerMs, slowness),
    handshakeMs: scaleLimit(limits.handshakeMs, slowness),
    keepaliveMs: scaleLimit(limits.keepaliveMs, slowness),
  };
}

/** Of each limit, for a try after others that were late. */
const mostPatience = 8;

/**
 * Tries again, 50 ms to 1 s apart, until it is let in, the host key is wrong or the signal aborts. A
 * try that was late costs the guest a server all the same, so the next one is given twice the time.
 */
export async function connectWhenReady(
  target: SshTarget & {
    /** Told of every try that failed, so that a deadline's error can quote the last one. */
    readonly onRefused?: (error: HarnessError) => void;
  },
): Promise<SshConnection> {
  const { slowness = 1 } = target;
  let patience = 1;
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 1.5, 1_000)) {
    try {
      return await connectSsh({ ...target, slowness: slowness * patience });
    } catch (error) {
      if (error instanceof ConnectionLate) patience = Math.min(patience * 2, mostPatience);
      target.signal.throwIfAborted();
      if (!mayPass(error)) throw error;
      target.onRefused?.(error);
    }
    await pause(waitMs, target.signal);
  }
}

/** Whether a failed try says nothing about the next one. */
export function mayPass(error: unknown): error is HarnessError {
  if (error instanceof ConnectionLost) return true;
  return error instanceof HarnessError && error.code === 'AUTH_REFUSED';
}

type StageRunner = <T>(stage: ConnectionStage, limitMs: number, work: Promise<T>) => Promise<T>;

function stageRunner(target: SshTarget): StageRunner {
  const where = `${target.user}@${target.host}:${target.port}`;
  const text = (stage: ConnectionStage, why: string) =>
    `no SSH connection to ${where} (${stage}): ${why}`;
  return async (stage, limitMs, work) => {
    const late = () => new ConnectionLate(stage, text(stage, `no answer within ${limitMs} ms`));
    using deadline = withDeadline(target.signal, limitMs, late);
    try {
      return await abortable(work, deadline.signal);
    } catch (error) {
      deadline.signal.throwIfAborted();
      if (error instanceof HarnessError) throw error;
      throw new ConnectionLost(stage, text(stage, toError(error).message), error);
    }
  };
}

/** Resolves when the server has said something, which stays unread. */
async function firstByte(socket: Duplex): Promise<void> {
  if (socket.readableLength === 0) await once(socket, 'readable');
  if (socket.readableLength === 0) throw new Error('closed before the SSH banner');
}

interface Handshake {
  readonly target: SshTarget;
  readonly socket: Duplex;
  readonly timeouts: SshTimeouts;
}

async function authenticate(client: Client, handshake: Handshake): Promise<void> {
  const { target, socket, timeouts } = handshake;
  let { onHostKey } = target;
  const ready = withResolvers<void>();
  let banner = '';
  client.on('banner', (text) => {
    banner += text;
  });
  client.once('ready', ready.resolve);
  client.on('error', (error) => ready.reject(authError(error, target, banner)));
  client.on('close', () => ready.reject(new Error('closed during the handshake')));
  client.connect({
    sock: socket,
    ident: 'Switchyard',
    username: target.user,
    privateKey: target.keys.client.privateKey,
    authHandler: ['publickey'],
    // Any other key of the guest is of no use: only this one is pinned.
    algorithms: { serverHostKey: ['ssh-ed25519'], ...(onHostKey && { kex: [sharedKex] }) },
    hostVerifier: (key: Buffer) => {
      onHostKey?.(client);
      onHostKey = undefined;
      return verifyHostKey(key, target, ready.reject);
    },
    readyTimeout: 0,
    keepaliveInterval: timeouts.keepaliveMs,
    keepaliveCountMax: 3,
  });
  await ready.promise;
}

function verifyHostKey(key: Buffer, target: SshTarget, refuse: (error: Error) => void): boolean {
  const pinned = Buffer.from(target.keys.host.publicKey.split(' ')[1] ?? '', 'base64');
  if (key.equals(pinned)) return true;
  const where = `${target.host}:${target.port}`;
  const message = `${where} has host key ${fingerprint(key)}, expected ${fingerprint(pinned)}`;
  const next = 'another machine answers there, or Ignition did not place the key';
  refuse(new ProductError('HOST_KEY_MISMATCH', `${message}: ${next}`, { phase: 'ssh' }));
  return false;
}

function authError(error: Error & { level?: string }, target: SshTarget, banner: string): Error {
  if (error.level !== 'client-authentication') return error;
  const said = banner.trim() ? `; the guest said: ${banner.trim().replaceAll('\n', ' ')}` : '';
  const message = `${target.user}@${target.host}:${target.port} refused the harness's key${said}`;
  return new ProductError('AUTH_REFUSED', message, { phase: 'ssh', cause: error });
}

function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
