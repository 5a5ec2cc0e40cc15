/**
 * In place of a network's thread: has a defect as soon as it is asked for something, and goes on.
 */

import { parentPort } from 'node:worker_threads';
import type { NumberedAnswer, NumberedCall, Told } from '../../platforms/network/network-thread.js';

parentPort?.on('message', ({ id, call }: NumberedCall) => {
  parentPort?.postMessage({ failed: new TypeError(`at ${call.kind}`) } satisfies Told);
  parentPort?.postMessage({ id, result: [] } satisfies NumberedAnswer);
});
parentPort?.postMessage({ id: 0, result: {} } satisfies NumberedAnswer);
