/**
 * Waiting for a condition that nothing announces. Where an event exists, await that instead.
 */

import { setTimeout as delay } from 'node:timers/promises';

/** How often the condition is looked at. Default: every 100 ms. */
export interface PollOptions {
  readonly signal: AbortSignal;
  readonly intervalMs?: number;
}

/** Sleeps, or throws the signal's reason when it aborts first. */
export async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(durationMs, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/**
 * Calls `probe` until it returns something other than undefined, and returns that. Throws whatever
 * the probe throws, and the signal's reason when it aborts.
 */
export async function poll<T>(
  probe: () => Promise<T | undefined> | T | undefined,
  options: PollOptions,
): Promise<T> {
  for (;;) {
    options.signal.throwIfAborted();
    const value = await probe();
    if (value !== undefined) return value;
    await pause(options.intervalMs ?? 100, options.signal);
  }
}
