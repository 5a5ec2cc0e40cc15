/**
 * How commands end: with success, with a failure that quotes their last words, or not at all.
 */

import { ProductError } from '../../harness/base/errors.js';
import type { ExecResult } from '../../harness/model/machine.js';
import { lastLines } from './bounded-output.js';
import { showArgv } from './quote-argv.js';
import type { RemoteCommand } from './ssh-connection.js';

/** What is recorded of a command that did not get to its end. */
export function cutOff(
  { argv }: RemoteCommand,
  durationMs: number,
  { message }: Error,
): ExecResult {
  const nothing = { status: undefined, signal: undefined, stdout: '', truncated: false };
  return { argv, ...nothing, stderr: message, durationMs };
}

/** Throws COMMAND_FAILED (product) with the last lines of output unless the status is 0. */
export function requireSuccess(result: ExecResult): void {
  const { status, signal } = result;
  if (status === 0) return;
  const end = status === undefined ? `ended by ${signal}` : `exited with ${status}`;
  const said = lastLines(result.stderr) || lastLines(result.stdout) || 'no output';
  const message = `${showArgv(result.argv)} ${end}: ${said}`;
  throw new ProductError('COMMAND_FAILED', message, { phase: 'suite', evidence: said });
}

/** OUTPUT_TRUNCATED (product). */
export function outputTruncated(result: ExecResult): ProductError {
  const what = `${showArgv(result.argv)} wrote more than the harness keeps`;
  const next = 'filter it on the guest';
  return new ProductError('OUTPUT_TRUNCATED', `${what}: ${next}`, { phase: 'suite' });
}
