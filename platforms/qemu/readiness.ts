/**
 * Waits until a machine has booted, and says where it was last seen when it has not.
 */

import { abortable, withDeadline } from '../../harness/base/deadline.js';
import { ProductError } from '../../harness/base/errors.js';
import type { Readiness } from '../../harness/model/topology.js';
import type { BootObserver } from './boot-observer.js';
import type { SerialConsole } from './serial-console.js';

/** How long a machine had lived, and what it had printed, when its present process was started. */
export interface StartPoint {
  readonly atMs: number;
  readonly line: number;
}

/** The machine that is waited for. */
export interface ReadinessOptions {
  readonly machine: string;
  readonly ready: Readiness;
  readonly console: SerialConsole;
  readonly observer: BootObserver;
  /** Resolves when a command, or a call, has been answered by SSH; tries until the signal aborts. */
  readonly answer: (signal: AbortSignal, onRefused: (error: Error) => void) => Promise<void>;
  /** From the start of the process. */
  readonly limitMs: number;
  /** Where that was, by the observer's clock and in the console's lines. Default: the beginning. */
  readonly startedAt?: StartPoint;
  /** Ends the wait: the attempt's, and the machine's end. */
  readonly signal: AbortSignal;
}

/** Throws BOOT_TIMEOUT (product): QEMU lives and the guest does not answer. */
export async function awaitReady(options: ReadinessOptions): Promise<void> {
  const { ready, console, observer } = options;
  let refusal: string | undefined;
  const late = () => bootTimeout(options, refusal);
  const startedAt = options.startedAt ?? { atMs: 0, line: 0 };
  const leftMs = Math.max(0, options.limitMs - (observer.elapsedMs() - startedAt.atMs));
  using deadline = withDeadline(options.signal, leftMs, late);
  if (ready.kind === 'console') {
    await console.waitUntil(ready.pattern, deadline.signal, startedAt.line);
    return;
  }
  const onRefused = (error: Error) => {
    refusal = error.message;
  };
  await abortable(options.answer(deadline.signal, onRefused), deadline.signal);
  observer.reach('ssh');
}

function expectationOf(ready: Readiness): string {
  if (ready.kind === 'console') return `print ${ready.pattern}`;
  return ready.kind === 'ssh' ? 'answer over SSH' : 'greet as SSH servers do';
}

function bootTimeout(options: ReadinessOptions, refusal: string | undefined): ProductError {
  const { machine, ready, console, observer } = options;
  const expected = expectationOf(ready);
  const limit = `${Math.round(options.limitMs / 1000)} s`;
  const seen = `last seen in phase ${observer.phase}; see its console.log`;
  const line = `last console line: ${console.lines().at(-1) ?? '(none)'}`;
  return new ProductError(
    'BOOT_TIMEOUT',
    `${machine} did not ${expected} within ${limit}, ${seen}`,
    {
      machine,
      phase: observer.phase,
      waitedMs: options.limitMs,
      evidence: refusal === undefined ? line : `${line}; last SSH try: ${refusal}`,
    },
  );
}
