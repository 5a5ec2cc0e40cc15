/**
 * A machine's end that nobody asked for, as the error that ends its attempt.
 */

import { HarnessError } from '../base/errors.js';
import type { Failure } from '../model/outcome.js';

/** The same blame, code and evidence as the platform gave. */
export function errorOfExit(failure: Failure): HarnessError {
  const { kind, code, message, phase, machine, evidence } = failure;
  return new HarnessError(kind, code, message, {
    phase,
    ...(machine === undefined ? {} : { machine }),
    ...(evidence === undefined ? {} : { evidence }),
  });
}
