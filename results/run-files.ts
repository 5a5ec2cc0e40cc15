/**
 * The names of files inside a run's directory, as docs/architecture.md lists them.
 */

import { join } from 'node:path';

/** Files at the top of a run's directory. */
export const runFiles = {
  events: 'events.jsonl',
  record: 'record.json',
  tap: 'report.tap',
  junit: 'report.xml',
  html: 'report.html',
  kept: 'kept.json',
} as const;

/**
 * Beside a console or journal: lines `OFFSET MS`, from which byte of it on it was which time of the
 * host, in milliseconds since the epoch.
 */
export function timesFile(log: string): string {
  return log.replace(/\.\w+$/, '.times');
}

/** The journal of one machine of an attempt, one entry a line, relative to the run's directory. */
export function journalLog(attempt: string, machine: string): string {
  return join(attempt, machine, 'journal.jsonl');
}

/** The serial console of one machine of an attempt, relative to the run's directory. */
export function consoleLog(attempt: string, machine: string): string {
  return join(attempt, machine, 'console.log');
}
