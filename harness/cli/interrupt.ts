/**
 * SIGINT, SIGTERM, and the SIGHUP of a terminal that was closed. The first one asks
 * the run to end with a clean teardown; a later one leaves at once and says how to remove what is left, and
 * so does the end of the time for a clean one.
 */

import { interruptedMs } from '../base/deadline.js';
import { CancelledError } from '../base/errors.js';
import { TerminalLines } from './terminal-lines.js';

/** The root of all cancellation in one invocation of the command line. */
export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Leaves the process the time to end before {@link interruptedMs} are over. */
const marginMs = 500;

/**
 * Installs the handlers; dispose it to take them away. `say` writes a line to the terminal. What has
 * not come to its end `limitMs` after the first signal is left: machines die with their process, and
 * the log says as much as it did.
 */
export function watchInterrupts(
  say = new TerminalLines().write,
  limitMs = interruptedMs - marginMs,
): Interrupt {
  const controller = new AbortController();
  let patience: NodeJS.Timeout | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) leaveAtOnce();
    say(`\n${name}: ending what still runs; once more leaves at once`);
    patience = setTimeout(leaveAtOnce, limitMs).unref();
    controller.abort(new CancelledError('RUN_INTERRUPTED', `interrupted by ${name}`));
  };
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearTimeout(patience);
      for (const name of signals) process.off(name, onSignal);
    },
  };
}

function leaveAtOnce(): never {
  process.stderr.write('left without a clean teardown; remove what is left with: ./yard reap\n');
  process.exit(130);
}
