/**
 * SIGINT and SIGTERM. The first one asks the run to end with a clean teardown; a later one leaves at
 * once and says how to remove what is left.
 */

import { CancelledError } from '../base/errors.js';
import { TerminalLines } from './terminal-lines.js';

/** The root of all cancellation in one invocation of the command line. */
export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

/** Installs the handlers; dispose it to take them away. `say` writes a line to the terminal. */
export function watchInterrupts(say = new TerminalLines().write): Interrupt {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) leaveAtOnce();
    say(`\n${name}: ending the machines; once more leaves at once`);
    controller.abort(new CancelledError('RUN_INTERRUPTED', `interrupted by ${name}`));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

function leaveAtOnce(): never {
  process.stderr.write('left without a clean teardown; remove what is left with: ./yard reap\n');
  process.exit(130);
}
