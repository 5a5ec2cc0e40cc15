/**
 * Judges what an attempt's machines print, log and do while they live, on every boot, by the
 * catalogue of patterns: what is expected and notes are recorded, findings fail the attempt at its
 * end, the first fatal one ends it.
 */

import { defined, type HarnessError, type ProductError } from '../base/errors.js';
import type { Finding, LogPattern, Sighting } from '../model/log-pattern.js';
import type { Phase } from '../model/outcome.js';
import type { MachineEvent } from '../model/platform.js';
import type { ExpectedPattern } from '../model/suite.js';
import { causeOf, findingsError } from './finding-error.js';
import { HeldCauses } from './held-causes.js';
import { dropKeysOf } from './machine-keys.js';
import {
  type LogEvent,
  matchLine,
  matchQmpEvent,
  phaseOf,
  severityOf,
  textOf,
} from './match-pattern.js';
import { SameLines } from './same-lines.js';
import { SurvivableCauses } from './survivable-causes.js';
import { type StarvedFor, TimedCauses } from './timed-causes.js';

/** How often one pattern of one machine is recorded: `console.log` has every line anyway. */
const mostFindings = 50;

/** How long a machine that streams its journal may take to say why something failed. */
const defaultHoldMs = 2_000;

/** What a suite expects, and who is told. */
export interface MachineWatchOptions {
  readonly expects: readonly ExpectedPattern[];
  readonly onFinding: (finding: Finding) => void;
  /** Called for every fatal line that nobody expects; the first cause wins at the receiver. */
  readonly onFatal: (error: HarnessError) => void;
  /** What the host has to say to a guest whose time ran out. Default: nothing. */
  readonly starvedFor?: StarvedFor | undefined;
  readonly holdMs?: number;
}

/** Takes the events of all machines of one attempt, in their order. Close it after the last one. */
export class MachineWatch {
  readonly #options: MachineWatchOptions;
  readonly #phases = new Map<string, Phase>();
  readonly #boots = new Map<string, number>();
  /** Machines whose journal has been heard in their present boot. */
  readonly #streams = new Set<string>();
  /** Forks whose successors have not started yet. */
  readonly #givenUp = new Set<string>();
  readonly #sameLines = new SameLines();
  readonly #held: HeldCauses;
  readonly #timed: TimedCauses;
  readonly #survivable = new SurvivableCauses();
  readonly #counts = new Map<string, number>();
  readonly #found = new Set<string>();
  #open: readonly Finding[] = [];

  constructor(options: MachineWatchOptions) {
    this.#options = options;
    this.#held = new HeldCauses(options.holdMs ?? defaultHoldMs);
    this.#timed = new TimedCauses(options.starvedFor ?? (() => undefined));
  }

  /** What fails the attempt although it let it go on; undefined when there was nothing. */
  get findings(): ProductError | undefined {
    return findingsError(this.#open);
  }

  /** What the suite expects and no machine has shown so far. */
  get unmet(): readonly ExpectedPattern[] {
    const seen = new Set([...this.#found].map((key) => key.split(' ').at(-1)));
    return this.#options.expects.filter(({ pattern }) => !seen.has(pattern));
  }

  /** Looks at what carries a meaning, and keeps track of where each machine is. */
  observe(event: MachineEvent): void {
    const { machine } = event;
    if (event.kind === 'fork' && event.is === 'given-up') this.#giveUp(machine);
    if (event.kind === 'fork' && event.is === 'unproven') this.#givenUp.delete(machine);
    if (this.#givenUp.has(machine) && event.kind !== 'power-on') return;
    if (event.kind === 'power-on') this.#powerOn(machine, event.boot);
    if (event.kind === 'phase') this.#phases.set(machine, event.phase);
    if (event.kind === 'journal') this.#streams.add(machine);
    if (event.kind === 'console' || event.kind === 'journal') this.#read(event);
    if (event.kind === 'qmp') this.#readQmp(machine, event.event);
    if (event.kind === 'exited') this.#held.tell(machine);
  }

  /** Nothing more is to come: what was held back is told now. */
  close(): void {
    this.#held.tellAll();
  }

  /**
   * Its template may have been damaged: it is about to be stopped, and another takes its place, of whose
   * boots, counted from 1 again, nothing is known yet.
   */
  #giveUp(machine: string): void {
    this.#givenUp.add(machine);
    this.#open = this.#open.filter((finding) => finding.machine !== machine);
    for (const memory of [this.#held, this.#sameLines, this.#timed]) memory.drop(machine);
    for (const keys of [this.#counts, this.#found]) dropKeysOf(machine, keys);
  }

  #powerOn(machine: string, boot: number): void {
    this.#givenUp.delete(machine);
    this.#held.tell(machine);
    this.#phases.delete(machine);
    this.#streams.delete(machine);
    this.#survivable.drop(machine);
    this.#boots.set(machine, boot);
  }

  #read(event: LogEvent): void {
    const phase = this.#phases.get(event.machine) ?? 'firmware';
    const entry = matchLine(event, phase);
    if (entry === undefined) return;
    const { machine, boot, kind: source } = event;
    const text = textOf(event).trim();
    if (this.#sameLines.isRepeat({ machine, boot, pattern: entry.name, source, text })) return;
    this.#judge(entry, this.#finding(entry, { machine, boot, seen: sightingOf(event), text }));
  }

  /** What an event of QEMU says, the console mostly says better, and at the same time. */
  #readQmp(machine: string, event: string): void {
    const entry = matchQmpEvent(event);
    const boot = this.#boots.get(machine) ?? 1;
    if (entry === undefined || this.#found.has(`${machine} ${boot} ${entry.name}`)) return;
    const finding = this.#finding(entry, { machine, boot, seen: { kind: 'qmp' }, text: event });
    this.#held.hold(machine, entry.name, () => {
      this.#record(finding);
      if (finding.severity === 'fatal') this.#options.onFatal(causeOf(entry, finding));
    });
  }

  #finding(entry: LogPattern, seen: Pick<Finding, 'machine' | 'boot' | 'seen' | 'text'>): Finding {
    const { name: pattern } = entry;
    const expected = this.#options.expects.find((one) => one.pattern === pattern)?.reason;
    const phase = phaseOf(entry, this.#phases.get(seen.machine) ?? 'firmware');
    const severity = expected === undefined ? severityOf(entry, phase, seen.text) : 'note';
    return defined({ pattern, severity, phase, ...seen, expected }) as Finding;
  }

  #judge(entry: LogPattern, finding: Finding): void {
    const { machine, severity, pattern } = finding;
    this.#record(finding);
    // Asked at once: a little later the host may have become calm.
    const readings = this.#timed.excuse(entry, finding);
    const held = this.#held.patternOf(machine);
    const tellIt = () => this.#options.onFatal(causeOf(entry, finding, readings));
    const isSurvivable = entry.severity === 'fatal' && severity === 'finding';
    // As a finding, what the host is to blame for would fail the image in the end.
    const isFatal = severity === 'fatal' || (isSurvivable && readings !== undefined);
    if (!isFatal) {
      if (isSurvivable) this.#survivable.keep(machine, pattern, tellIt);
      if (held === pattern) this.#held.drop(machine);
      return;
    }
    if (held !== undefined && held !== pattern) return;
    const tell = this.#survivable.behind(machine, pattern) ?? tellIt;
    if (this.#mayTellWhy(entry, finding)) {
      this.#held.hold(machine, pattern, tell);
      return;
    }
    this.#held.drop(machine);
    tell();
  }

  /** Without a journal nothing better is on its way. */
  #mayTellWhy({ reason }: LogPattern, { machine, text }: Finding): boolean {
    return reason !== undefined && !reason.test(text) && this.#streams.has(machine);
  }

  #record(finding: Finding): void {
    const key = `${finding.machine} ${finding.pattern}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    this.#found.add(`${finding.machine} ${finding.boot} ${finding.pattern}`);
    if (count > mostFindings) return;
    if (finding.severity === 'finding') this.#open = [...this.#open, finding];
    this.#options.onFinding(finding);
  }
}

function sightingOf(event: LogEvent): Sighting {
  if (event.kind === 'console') return { kind: 'console', line: event.line };
  const { identifier, unit } = event;
  return defined({ kind: 'journal' as const, identifier, unit }) as Sighting;
}
