/**
 * In place of a network's thread: opens, answers nothing, and after the first call does not even end
 * by itself.
 */

import { parentPort } from 'node:worker_threads';

parentPort?.on('message', () => {
  for (;;);
});
parentPort?.postMessage({ id: 0, result: {} });
