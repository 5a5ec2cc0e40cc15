/**
 * Waits until a machine's SSH server says its first words, which it does to whoever calls: a machine that
 * was given no key, and prints nothing, tells by that alone that it has booted.
 */

import { connect } from 'node:net';
import { scaleLimit } from '../../harness/base/deadline.js';
import { poll } from '../../harness/base/poll.js';
import { awaitNetwork, forwardedPort, type Reach } from './guest-access.js';

/** A server that is there may take its time: on the first call some make their keys. */
const callMs = 30_000;

/** Calls until a server has answered or the signal aborts, whose reason is thrown. */
export async function awaitBanner(reach: Reach, signal: AbortSignal): Promise<void> {
  await awaitNetwork(reach, signal);
  const { hostPort } = forwardedPort(reach.machine, reach.vm.ports, { nic: 0, port: 22 });
  const limitMs = scaleLimit(callMs, reach.slowness);
  const call = async () =>
    await greets(hostPort, AbortSignal.any([signal, AbortSignal.timeout(limitMs)]));
  await poll(call, { signal, intervalMs: 250 });
}

/** True, or undefined when nobody has said what SSH servers say (RFC 4253, section 4.2). */
async function greets(port: number, signal: AbortSignal): Promise<true | undefined> {
  const socket = connect({ host: '127.0.0.1', port, signal });
  try {
    for await (const word of socket) {
      return (word as Buffer).toString('latin1').startsWith('SSH-') || undefined;
    }
  } catch {
    // Nobody is there yet.
  } finally {
    socket.destroy();
  }
  return undefined;
}
