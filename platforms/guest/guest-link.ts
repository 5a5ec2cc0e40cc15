/**
 * The current connection to a guest: opened when first needed, shared by all verbs, opened again
 * after it was lost.
 */

import { abortable } from '../../harness/base/deadline.js';
import { CancelledError } from '../../harness/base/errors.js';
import type { SshConnection } from './ssh-connection.js';

/** Opens a connection, trying until it succeeds or the signal aborts. */
export type Connector = (signal: AbortSignal) => Promise<SshConnection>;

interface Attempt {
  readonly connection: Promise<SshConnection>;
  readonly controller: AbortController;
  /** Callers that wait for the outcome; an attempt that nobody waits for is given up. */
  waiting: number;
  /** Set when the attempt has succeeded. */
  opened?: SshConnection;
}

/** At most one connection, and at most one attempt at it, at any time. */
export class GuestLink {
  readonly #connector: Connector;
  readonly #signal: AbortSignal;
  #attempt: Attempt | undefined;

  constructor(connector: Connector, signal: AbortSignal) {
    this.#connector = connector;
    this.#signal = signal;
  }

  /**
   * The live connection, or the next one. A caller whose signal aborts leaves the attempt to the
   * others. Throws what the connector throws, or the signal's reason.
   */
  async get(signal: AbortSignal): Promise<SshConnection> {
    signal.throwIfAborted();
    if (!this.#attempt || this.#attempt.opened?.lost) this.#attempt = this.#start();
    const attempt = this.#attempt;
    attempt.waiting += 1;
    try {
      return await abortable(attempt.connection, signal);
    } finally {
      attempt.waiting -= 1;
      if (attempt.waiting === 0 && !attempt.opened) this.#giveUp(attempt);
    }
  }

  /** Closes the connection or stops the attempt; the next {@link get} starts anew. */
  drop(): void {
    if (this.#attempt) this.#giveUp(this.#attempt);
  }

  #giveUp(attempt: Attempt): void {
    attempt.controller.abort(new CancelledError('DISCONNECTED', 'disconnected on purpose'));
    attempt.opened?.close();
    if (this.#attempt === attempt) this.#attempt = undefined;
  }

  #start(): Attempt {
    const controller = new AbortController();
    const signal = AbortSignal.any([this.#signal, controller.signal]);
    const attempt: Attempt = { connection: this.#connector(signal), controller, waiting: 0 };
    attempt.connection.then(
      (connection) => {
        attempt.opened = connection;
        if (controller.signal.aborted) connection.close();
      },
      () => undefined,
    );
    return attempt;
  }
}
