/**
 * What can go wrong between a release server and the store, as errors: refusals are of kind usage,
 * since nothing was made and somebody has to decide; what the network did is infrastructure.
 */

import {
  type ErrorDetails,
  InfrastructureError,
  toError,
  UsageError,
} from '../../harness/base/errors.js';

/** Refusals, each about something that a server sent or that was asked of us. */
export type RefusalCode =
  | 'BAD_FETCH'
  | 'BAD_SIGNATURE'
  | 'BAD_DIGESTS'
  | 'BAD_KEY'
  | 'DIGEST_MISMATCH'
  | 'DOWNGRADE_REFUSED'
  | 'EXPIRED_KEY'
  | 'KEY_NOT_PINNED'
  | 'MISSING_ASSET'
  | 'NO_KEY'
  | 'NOT_STORED'
  | 'OVER_QUOTA'
  | 'REDIRECT_REFUSED'
  | 'SEEN_UNREADABLE'
  | 'UNKNOWN_SIGNER'
  | 'URL_WITHOUT_DIGEST'
  | 'VERSION_MISMATCH';

/** One line: what was refused, and after the semicolon what to do next. */
export function refused(
  code: RefusalCode,
  problem: string,
  next: string,
  details?: ErrorDetails,
): UsageError {
  return new UsageError(code, `${problem}; ${next}`, details);
}

/** Where nothing but the network or the server is at fault. */
export type NetworkCode =
  | 'SERVER_UNREACHABLE'
  | 'SERVER_ERROR'
  | 'DOWNLOAD_TIMEOUT'
  | 'DOWNLOAD_STALLED'
  | 'DOWNLOAD_TRUNCATED';

/** A try that failed by the network; `retryAfterMs` is how long the server asks to be left alone. */
export class NetworkError extends InfrastructureError {
  readonly retryAfterMs: number | undefined;
  /** Asking again would bring the same answer. */
  readonly isFinal: boolean;

  constructor(
    code: NetworkCode,
    message: string,
    details: ErrorDetails & { readonly retryAfterMs?: number; readonly isFinal?: boolean } = {},
  ) {
    super(code, message, { ...details, phase: 'host' });
    this.retryAfterMs = details.retryAfterMs;
    this.isFinal = details.isFinal ?? false;
  }
}

/**
 * NO_DISK_SPACE (infrastructure), when that is what ended the writing of a file: ENOSPC for all, EDQUOT
 * for this user (open(2), write(2)).
 */
export function diskFull(path: string, thrown: unknown): InfrastructureError | undefined {
  const { code } = toError(thrown) as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return undefined;
  const text = `${path}: no space is left on the disk; make some with: ./yard images gc`;
  return new InfrastructureError('NO_DISK_SPACE', text, { cause: thrown, phase: 'host' });
}

/** Whether the server can't be asked at present, so that what is stored may serve. */
export function isUnreachable(thrown: unknown): boolean {
  return thrown instanceof NetworkError;
}
