/**
 * The corpus of lines that mean no trouble, as events of a machine.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../harness/base/project-root.js';
import type { LogEvent } from '../../harness/execute/match-pattern.js';

const file = join(projectRoot(), 'test', 'support', 'innocent-lines.txt');

/** A line of the console of a machine. */
export function consoleLine(text: string, boot = 1): LogEvent {
  return { kind: 'console', machine: 'main-0', boot, line: 12, text };
}

/** An entry of its journal; `systemd` speaks as process 1. */
export function journalLine(
  identifier: string,
  message: string,
  more: Partial<Extract<LogEvent, { kind: 'journal' }>> = {},
): LogEvent {
  const transport = identifier === 'kernel' || identifier === 'audit' ? identifier : 'journal';
  const pid = identifier === 'systemd' ? 1 : 77;
  const place = { kind: 'journal', machine: 'main-0', boot: 1, priority: 6 } as const;
  return { ...place, identifier, unit: undefined, transport, pid, message, ...more };
}

/** All of the corpus. */
export function innocentLines(): readonly LogEvent[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(parseLine);
}

function parseLine(line: string): LogEvent {
  const [kind, first = '', transport = '', ...message] = line.split('|');
  if (kind === 'console') return consoleLine(line.slice('console|'.length));
  return journalLine(first, message.join('|'), { transport });
}
