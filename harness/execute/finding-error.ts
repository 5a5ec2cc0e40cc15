/**
 * Findings as the errors that they lead to, with the place, and the reason where the line has one.
 */

import { type HarnessError, InfrastructureError, ProductError } from '../base/errors.js';
import type { Finding, LogPattern } from '../model/log-pattern.js';
import { hostStarved } from './host-starved.js';
import { patternCatalogue } from './pattern-catalogue.js';

/** Where a finding was seen: `at console line 12, boot 1`. */
export function placeOf({ seen, boot }: Finding): string {
  if (seen.kind === 'console') return `at console line ${seen.line}, boot ${boot}`;
  return `${seen.kind === 'journal' ? 'in the journal' : 'by an event of QEMU'}, boot ${boot}`;
}

const longest = 200;

/** From where it was recognised: the screen that a boot loader has drawn may be all one line. */
function shorten(text: string, pattern: RegExp): string {
  const line = text.replaceAll(/\s{8,}/g, ' ').trim();
  if (line.length <= longest) return line;
  const from = Math.min(line.search(pattern), line.length - longest);
  const part = line.slice(Math.max(0, from)).slice(0, longest);
  return `${from > 0 ? '…' : ''}${part}${line.endsWith(part) ? '' : '…'}`;
}

/**
 * The error that a fatal finding ends its attempt with: HOST_STARVED (infrastructure) when the
 * readings of a host that starved the guest excuse it.
 */
export function causeOf(
  { code, reason, blames, pattern: words }: LogPattern,
  finding: Finding,
  readings?: string,
): HarnessError {
  const { machine, pattern, phase, text } = finding;
  const why = reason?.exec(text)?.[1] ?? shorten(text, words);
  const message = `${machine}: ${pattern}: ${why} ${placeOf(finding)}`;
  if (readings !== undefined) return hostStarved(message, { machine, evidence: text }, readings);
  const Cause = blames === 'host' ? InfrastructureError : ProductError;
  return new Cause(code, message, { phase, machine, evidence: text });
}

/** The error of an attempt that went on in spite of its findings: the first, and how many more. */
export function findingsError(findings: readonly Finding[]): ProductError | undefined {
  const [first, ...more] = findings;
  if (first === undefined) return undefined;
  const { machine, pattern, phase, text } = first;
  const known = patternCatalogue.find(({ name }) => name === pattern);
  const code = known?.code ?? 'FINDING';
  const rest = more.length === 0 ? '' : `, and ${more.length} more like it in the record`;
  const advice = 'a suite that provokes it names it in `expects`';
  const line = shorten(text, known?.pattern ?? /^/);
  const message = `${machine}: ${pattern}: ${line} ${placeOf(first)}${rest}; ${advice}`;
  return new ProductError(code, message, { phase, machine, evidence: text });
}
