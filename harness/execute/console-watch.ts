/**
 * Reads every console line of an attempt's machines while they live and judges it by the catalogue:
 * expected lines and notes are recorded, the first fatal one ends the attempt.
 */

import { ProductError } from '../base/errors.js';
import type { ConsolePattern } from '../model/console-pattern.js';
import type { MachineEvent } from '../model/platform.js';
import type { FindingRecord } from '../model/record.js';
import type { ExpectedPattern } from '../model/suite.js';
import { consolePatterns } from './console-patterns.js';

type ConsoleLine = Extract<MachineEvent, { kind: 'console' }>;

/** What a suite expects, and who is told. */
export interface ConsoleWatchOptions {
  readonly expects: readonly ExpectedPattern[];
  readonly onFinding: (finding: FindingRecord) => void;
  /** Called for every fatal line that nobody expects; the first cause wins at the receiver. */
  readonly onFatal: (error: ProductError) => void;
}

/** A listener for console lines. */
export function watchConsole(options: ConsoleWatchOptions): (line: ConsoleLine) => void {
  return (line) => {
    const found = consolePatterns.find(({ pattern }) => pattern.test(line.text));
    if (found !== undefined) judge(line, found, options);
  };
}

function judge(line: ConsoleLine, found: ConsolePattern, options: ConsoleWatchOptions): void {
  const expected = options.expects.find(({ pattern }) => pattern === found.name)?.reason;
  const { machine, boot, text } = line;
  const finding = { machine, pattern: found.name, boot, line: line.line, text };
  if (expected !== undefined) {
    options.onFinding({ ...finding, severity: 'note', expected });
    return;
  }
  options.onFinding({ ...finding, severity: found.severity });
  if (found.severity === 'fatal') options.onFatal(fatalError(line, found));
}

function fatalError(
  { machine, line, boot, text }: ConsoleLine,
  found: ConsolePattern,
): ProductError {
  const place = `console line ${line}, boot ${boot}`;
  const { code, name, phase } = found;
  return new ProductError(code, `${machine}: ${name} at ${place}`, {
    phase,
    machine,
    evidence: text.trim(),
  });
}
