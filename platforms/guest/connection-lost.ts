/**
 * The error of a guest that does not answer. Whether that is the image's fault is not known here:
 * whoever owns the VM knows if its process still lives, and may put another error in its place.
 */

import { ProductError } from '../../harness/base/errors.js';

/** How far the connection had come: no TCP, no SSH banner, no session, or it was lost later. */
export type ConnectionStage = 'connect' | 'banner' | 'handshake' | 'session';

/** No connection to the guest, or no longer. Code GUEST_UNREACHABLE; trying again may help. */
export class ConnectionLost extends ProductError {
  readonly stage: ConnectionStage;

  constructor(stage: ConnectionStage, message: string, cause?: unknown) {
    super('GUEST_UNREACHABLE', message, { phase: 'ssh', cause });
    this.stage = stage;
  }
}

/** A stage took longer than it may: the guest is silent, or its host is slow. */
export class ConnectionLate extends ConnectionLost {}
