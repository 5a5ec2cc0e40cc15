/**
 * Reads every console line of an attempt's machines while they live and judges it by the catalogue:
 * expected lines and notes are recorded, the first fatal one ends the attempt.
 */

import { ProductError } from '../base/errors.js';
import type { ConsolePattern } from '../model/console-pattern.js';
import type { Phase } from '../model/outcome.js';
import type { MachineEvent } from '../model/platform.js';
import type { FindingRecord } from '../model/record.js';
import type { ExpectedPattern } from '../model/suite.js';
import { consolePatterns } from './console-patterns.js';

type ConsoleLine = Extract<MachineEvent, { kind: 'console' }>;

/** Before the kernel runs; what comes later may quote these phases' errors without having them. */
const earlyPhases: readonly Phase[] = ['host', 'qemu', 'firmware', 'bootloader'];

/** How often one pattern of one machine is recorded: `console.log` has every line anyway. */
const mostFindings = 50;

/** What a suite expects, and who is told. */
export interface ConsoleWatchOptions {
  readonly expects: readonly ExpectedPattern[];
  readonly onFinding: (finding: FindingRecord) => void;
  /** Called for every fatal line that nobody expects; the first cause wins at the receiver. */
  readonly onFatal: (error: ProductError) => void;
}

/** Takes the events of all machines of one attempt, in their order. */
export class ConsoleWatch {
  readonly #options: ConsoleWatchOptions;
  readonly #phases = new Map<string, Phase>();
  readonly #counts = new Map<string, number>();

  constructor(options: ConsoleWatchOptions) {
    this.#options = options;
  }

  /** Looks at console lines, and keeps track of where each machine is. */
  observe(event: MachineEvent): void {
    if (event.kind === 'power-on') this.#phases.delete(event.machine);
    if (event.kind === 'phase') this.#phases.set(event.machine, event.phase);
    if (event.kind === 'console') this.#read(event);
  }

  #read(line: ConsoleLine): void {
    const phase = this.#phases.get(line.machine) ?? 'firmware';
    const isEarly = earlyPhases.includes(phase);
    const found = consolePatterns.find(
      (entry) => (isEarly || !earlyPhases.includes(entry.phase)) && entry.pattern.test(line.text),
    );
    if (found !== undefined) this.#judge(line, found);
  }

  #judge(line: ConsoleLine, found: ConsolePattern): void {
    const expected = this.#options.expects.find(({ pattern }) => pattern === found.name)?.reason;
    const { machine, boot, text } = line;
    const finding = { machine, pattern: found.name, boot, line: line.line, text };
    if (expected !== undefined) {
      this.#record({ ...finding, severity: 'note', expected });
      return;
    }
    this.#record({ ...finding, severity: found.severity });
    if (found.severity === 'fatal') this.#options.onFatal(fatalError(line, found));
  }

  #record(finding: FindingRecord): void {
    const key = `${finding.machine} ${finding.pattern}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (count <= mostFindings) this.#options.onFinding(finding);
  }
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
