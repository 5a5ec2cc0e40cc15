/**
 * Which pattern of the catalogue an event of a machine matches. Pure: what has been seen before is
 * the machine watch's affair.
 */

import type { LogPattern, Severity } from '../model/log-pattern.js';
import type { Phase } from '../model/outcome.js';
import type { MachineEvent } from '../model/platform.js';
import { patternCatalogue } from './pattern-catalogue.js';

/** An event that carries text. */
export type LogEvent = Extract<MachineEvent, { readonly kind: 'console' | 'journal' }>;

/** Before the kernel runs; what comes later may quote these phases' errors without having them. */
const earlyPhases: readonly Phase[] = ['host', 'qemu', 'firmware', 'bootloader'];

/**
 * Characters of a line that are looked at: what systems say of themselves is shorter, and a hostile
 * line must not cost more than its share of time.
 */
const mostCharacters = 2_048;

/** The text that is judged and quoted. */
export function textOf(event: LogEvent): string {
  return (event.kind === 'console' ? event.text : event.message).slice(0, mostCharacters);
}

/** The first entry that matches the event of a machine that has come as far as `phase`. */
export function matchLine(event: LogEvent, phase: Phase): LogPattern | undefined {
  const text = textOf(event);
  const isEarly = event.kind === 'console' && earlyPhases.includes(phase);
  return patternCatalogue.find(
    (entry) =>
      entry.sources.includes(event.kind) &&
      (isEarly || !earlyPhases.includes(entry.phase)) &&
      isSpeaker(event, entry) &&
      entry.pattern.test(text) &&
      (event.kind === 'journal' || isMarked(text, entry)),
  );
}

/** On a console the words of some patterns count only with systemd's mark. */
function isMarked(text: string, { onConsole }: LogPattern): boolean {
  return onConsole === undefined || onConsole.test(text);
}

/** The entry that an event of QEMU stands for. */
export function matchQmpEvent(event: string): LogPattern | undefined {
  return patternCatalogue.find(({ qmpEvents }) => qmpEvents?.includes(event));
}

/** A console doesn't say who speaks; a journal does, so there nobody is believed by quoting. */
function isSpeaker(event: LogEvent, { speakers }: LogPattern): boolean {
  if (event.kind === 'console' || speakers === undefined) return true;
  const { identifier, transport, pid } = event;
  if (identifier === undefined || !speakers.includes(identifier)) return false;
  if (identifier === 'kernel' || identifier === 'audit') return transport === identifier;
  return identifier !== 'systemd' || pid === undefined || pid === 1;
}

/**
 * Where the machine was: the catalogue's word, except that units of the initrd fail in the initrd
 * and that an emergency of the real root is none of the initrd.
 */
export function phaseOf(entry: LogPattern, current: Phase): Phase {
  if (entry.phase === 'units') {
    return current === 'initrd' || current === 'ignition' ? current : 'units';
  }
  const isLate = current === 'units' || current === 'ssh';
  return entry.phase === 'initrd' && isLate ? 'units' : entry.phase;
}

/** How bad a line is that was seen in a phase of {@link phaseOf}. */
export function severityOf(entry: LogPattern, phase: Phase, text: string): Severity {
  const { severity, survivable } = entry;
  return phase === 'units' && survivable?.test(text) ? 'finding' : severity;
}
