/**
 * The error that stands for a timeout while the host starved its guests, be it of the guest's own
 * clock or of a deadline of ours: what a guest does not do without a processor says nothing about it.
 */

import { defined, type HarnessError, InfrastructureError, ProductError } from '../base/errors.js';
import type { StarvedFor } from './timed-causes.js';

/** What the timeout itself said. */
export interface TimedOut {
  readonly machine?: string | undefined;
  readonly evidence?: string | undefined;
}

/** HOST_STARVED (infrastructure), with the readings of the host before what the timeout showed. */
export function hostStarved(message: string, out: TimedOut, readings: string): HarnessError {
  const next = 'give the host fewer jobs, or the run a smaller share of it with --jobs';
  const evidence = [readings, out.evidence].filter((text) => text !== undefined).join('\n');
  const details = { phase: 'host', evidence, ...defined({ machine: out.machine }) } as const;
  return new InfrastructureError('HOST_STARVED', `${message}; ${readings}; ${next}`, details);
}

/** HOST_STARVED in the place of a deadline on the image over whose whole wait the host starved it. */
export function orHostStarved(cause: unknown, starvedFor: StarvedFor | undefined): unknown {
  if (!(cause instanceof ProductError) || cause.waitedMs === undefined) return cause;
  const readings = starvedFor?.(cause.waitedMs);
  return readings === undefined ? cause : hostStarved(cause.message, cause, readings);
}
