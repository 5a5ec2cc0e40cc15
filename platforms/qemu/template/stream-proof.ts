/**
 * What a fork from before Ignition shows of itself in the journal that it streams, where nobody can ask it:
 * the boot id that is in its memory, and the digest of the config that Ignition read.
 */

import { withResolvers } from '../../../harness/base/deadline.js';
import { pause } from '../../../harness/base/poll.js';
import type { StreamedEntry } from '../journal-text.js';
import { type HeldForkOrder, notPristine } from './prove-fork.js';

/** Takes the entries of one fork as they come. */
export class StreamProof {
  readonly #order: HeldForkOrder;
  readonly #complete = withResolvers<void>();
  #bootId: string | undefined;
  #hasConfig: boolean;

  constructor(order: HeldForkOrder) {
    this.#order = order;
    this.#hasConfig = order.configDigest === undefined;
  }

  /** An entry that the fork has logged itself, of its boot with this number. */
  take({ bootId, identifier, message }: StreamedEntry, boot: number): void {
    const { configDigest } = this.#order;
    // Kernel arguments cost a restart, after which the memory is the machine's own.
    if (boot === 1) this.#bootId ??= bootId;
    if (identifier === 'ignition' && configDigest) {
      this.#hasConfig ||= message.includes(configDigest);
    }
    if (this.#bootId !== undefined && this.#hasConfig) this.#complete.resolve();
  }

  /**
   * Whether both have come, at the latest after the limit or when the signal aborts; at once false for a
   * template that streams no journal. Throws FORK_NOT_PRISTINE (infrastructure) for another boot id.
   */
  async judge(limitMs: number, signal: AbortSignal): Promise<boolean> {
    const { bootId, machine } = this.#order;
    if (bootId === undefined) return false;
    const given = new AbortController();
    const either = AbortSignal.any([signal, given.signal]);
    const late = pause(limitMs, either).catch(() => undefined);
    await Promise.race([this.#complete.promise, late]);
    given.abort();
    if (this.#bootId === undefined) return false;
    if (this.#bootId === bootId) return this.#hasConfig;
    throw notPristine(machine, 'its memory is not that of its template');
  }
}
