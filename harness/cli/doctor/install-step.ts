/**
 * What installing comes down to: a few commands that need root, and the one line of shell that does
 * the same by hand.
 */

import { shellQuote } from '../../../platforms/qemu/shell-quote.js';

/** One command; `stdin` is what it reads. */
export interface InstallStep {
  readonly title: string;
  readonly argv: readonly string[];
  readonly stdin?: string;
}

/** The steps as one line of shell; `prefix` is put before each command, such as `sudo`. */
export function shellLine(steps: readonly InstallStep[], prefix: readonly string[]): string {
  return steps.map((step) => shellCommand(step, prefix)).join(' && ');
}

function shellCommand({ argv, stdin }: InstallStep, prefix: readonly string[]): string {
  const command = [...prefix, ...argv].map(shellQuote).join(' ');
  if (stdin === undefined) return command;
  const lines = stdin.trimEnd().split('\n').map(shellQuote).join(' ');
  return `printf '%s\\n' ${lines} | ${command} >/dev/null`;
}
