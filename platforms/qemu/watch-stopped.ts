/**
 * Notices a QEMU that somebody has stopped (SIGSTOP, a debugger): its guest stands still, and without
 * this every limit that then passes would be blamed on the image.
 */

import { isStopped, type ProcessIdentity } from '../../harness/base/host-process.js';

const lookMs = 1_000;

/** In a row: a tracer stops what it looks at for moments. */
const looksStopped = 3;

/** Calls back once if the process stays stopped; dispose it when that is nobody's concern any more. */
export function watchStopped(process: ProcessIdentity, onStopped: () => void): Disposable {
  let stopped = 0;
  const timer = setInterval(() => {
    stopped = isStopped(process) ? stopped + 1 : 0;
    if (stopped < looksStopped) return;
    clearInterval(timer);
    onStopped();
  }, lookMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
