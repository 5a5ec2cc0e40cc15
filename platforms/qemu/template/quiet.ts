/**
 * Waits until a guest is at rest, as its host sees it: looking from inside would keep it busy.
 */

import type { ProcessIdentity } from '../../../harness/base/host-process.js';
import { pause } from '../../../harness/base/poll.js';
import { usageOfProcess } from '../process-usage.js';

/** How long a guest is looked at, each time. */
const windowMs = 400;

/** Of one processor: an idle guest under TCG needs about a twentieth for its timers. */
const restingShare = 0.2;

/** In a row: between two things that it does a guest may pause. */
const looksAtRest = 2;

/**
 * Resolves when the process of the guest has hardly run for a second, with true; with false after
 * `limitMs`: a guest that never rests can be frozen as well, it is only slower to come back. Throws the
 * signal's reason.
 */
export async function awaitQuiet(
  process: ProcessIdentity,
  options: { readonly limitMs: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const startedMs = performance.now();
  let resting = 0;
  let last = look(process);
  while (resting < looksAtRest && performance.now() - startedMs < options.limitMs) {
    await pause(windowMs, options.signal);
    const now = look(process);
    const share = (now.cpuSeconds - last.cpuSeconds) / ((now.atMs - last.atMs) / 1000);
    resting = share < restingShare ? resting + 1 : 0;
    last = now;
  }
  return resting >= looksAtRest;
}

function look(process: ProcessIdentity): { readonly atMs: number; readonly cpuSeconds: number } {
  return { atMs: performance.now(), cpuSeconds: usageOfProcess(process)?.cpuSeconds ?? 0 };
}
