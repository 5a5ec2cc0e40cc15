/**
 * A command in short, for the event log: enough to see what a suite asked and was told, never so
 * much that the log grows with what guests print. A platform that keeps all of it does so elsewhere.
 */

import { defined } from '../../harness/base/errors.js';
import type { ExecResult } from '../../harness/model/machine.js';
import type { CommandReport } from '../../harness/model/platform.js';
import { showArgv } from './quote-argv.js';

const longest = { shown: 300, output: 500 } as const;

/** The report of a command that has ended. */
export function reportCommand(result: ExecResult): CommandReport {
  const { argv, status, durationMs, stdout, stderr } = result;
  return defined({
    shown: shorten(showArgv(argv), longest.shown),
    status,
    durationMs: Math.round(durationMs),
    stdout: shorten(stdout.trim(), longest.output),
    stderr: shorten(stderr.trim(), longest.output),
  }) as CommandReport;
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}
