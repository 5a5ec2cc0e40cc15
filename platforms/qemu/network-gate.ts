/**
 * Tells when it makes sense to knock: QEMU's user network accepts a connection at once, whatever the
 * guest does, and hands it on when the guest's network comes up. Knocks that were given up meanwhile
 * then cost the guest an sshd each, at the worst moment of its boot.
 */

import { type Resolvers, withResolvers } from '../../harness/base/deadline.js';
import { pause } from '../../harness/base/poll.js';

/** Open once the guest has set up a NIC; closed again by a reset. */
export class NetworkGate {
  #opened: Resolvers<void> = withResolvers<void>();

  /** The guest has told its NIC what to receive (QEMU's event `NIC_RX_FILTER_CHANGED`). */
  open(): void {
    this.#opened.resolve();
  }

  /** The guest starts again from its firmware. */
  close(): void {
    // Whoever waits is let through, to find out what the new boot makes of it.
    this.#opened.resolve();
    this.#opened = withResolvers<void>();
  }

  /** Resolves when the gate opens, or after `limitMs`: not every guest shows what it does. */
  async pass(limitMs: number, signal: AbortSignal): Promise<void> {
    const waited = new AbortController();
    const either = AbortSignal.any([signal, waited.signal]);
    try {
      await Promise.race([this.#opened.promise, pause(limitMs, either)]);
    } finally {
      waited.abort();
    }
  }
}
