/**
 * The end of a cluster, whatever the platform makes of it: bounded, never thrown, and never under
 * the run's signal.
 */

import { abortable, freshDeadline, scaleLimit } from '../base/deadline.js';
import { InfrastructureError, toError, toFailure } from '../base/errors.js';
import type { Failure } from '../model/outcome.js';
import type { Cluster } from '../model/platform.js';

/** What the platform may take beyond the limit, for files and sockets, before it is given up. */
const defaultGraceMs = 15_000;

/** How long a teardown may take, on a host of speed 1, and how much slower this one is. */
export interface TearDownLimits {
  readonly timeoutMs: number;
  readonly slowness: number;
  readonly graceMs?: number;
  /** The attempt did not pass. */
  readonly failed?: boolean;
}

/**
 * Ends the machines within the limit. Returns what is left: PROCESS_LEAKED if a machine may still
 * live, also when the platform broke its word and threw or did not come back.
 */
export async function tearDown(
  cluster: Cluster,
  { timeoutMs, slowness, graceMs = defaultGraceMs, failed = false }: TearDownLimits,
): Promise<readonly Failure[]> {
  const limitMs = scaleLimit(timeoutMs + graceMs, slowness);
  using deadline = freshDeadline(limitMs, () =>
    leaked(`the machines did not end within ${limitMs} ms`),
  );
  try {
    return await abortable(cluster.tearDown({ timeoutMs, failed }), deadline.signal);
  } catch (thrown) {
    const isLate = thrown === deadline.signal.reason;
    const error = isLate ? thrown : leaked(`teardown broke: ${toError(thrown).message}`, thrown);
    return [toFailure(error, 'teardown')];
  }
}

/** Whether a machine may still live, and occupy what it was given. */
export function hasLeaked(failures: readonly Failure[]): boolean {
  return failures.some(({ code }) => code === 'PROCESS_LEAKED');
}

function leaked(what: string, cause?: unknown): InfrastructureError {
  const details = { phase: 'teardown', cause } as const;
  return new InfrastructureError('PROCESS_LEAKED', `${what}; run: ./yard reap`, details);
}
