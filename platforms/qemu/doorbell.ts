/**
 * Finds out when a guest can be reached, without anything in the guest noticing. QEMU's user network
 * accepts every connection at once and repeats a SYN that the guest has missed only after six
 * seconds, so knocking early is slow, and a knock given up still costs the guest an sshd when it
 * arrives. A port on which nobody listens answers as soon as the guest's kernel has the address.
 */

import { once, setMaxListeners } from 'node:events';
import { connect } from 'node:net';
import { pause } from '../../harness/base/poll.js';

/** TCP port multiplexer (RFC 1078), which no system offers any more. */
export const doorbellPort = 1;

/** Between two rings. */
const intervalMs = 200;

/** Where to ring, and for how long. */
export interface DoorbellOptions {
  /** The host's side of the forward to {@link doorbellPort}. */
  readonly hostPort: number;
  /** A guest whose firewall swallows the ring is taken to be there after so long. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Resolves when the guest has refused a ring, or after the limit. Throws the signal's reason. */
export async function ringUntilRefused(options: DoorbellOptions): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  // One listener for each ring.
  setMaxListeners(0, signal);
  const rings = [pause(options.limitMs, signal)];
  try {
    for (let waited = false; !waited; ) {
      rings.push(ring(options.hostPort, signal));
      const turn = pause(intervalMs, signal).then(() => 'turn' as const);
      waited = (await Promise.race([...rings, turn])) !== 'turn';
    }
  } finally {
    over.abort(new Error('the doorbell is not needed any more'));
    await Promise.allSettled(rings);
    options.signal.throwIfAborted();
  }
}

/** Resolves when QEMU has passed on that the guest hung up, or nobody takes the call at all. */
async function ring(port: number, signal: AbortSignal): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port }).resume();
  socket.on('error', () => undefined);
  try {
    await once(socket, 'close', { signal });
  } finally {
    socket.destroy();
  }
}
