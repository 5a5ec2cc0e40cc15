/**
 * The signature of a failure: the same for the same cause in another run, on another host, in
 * another suite. History, waivers and summaries join on it.
 */

import { createHash } from 'node:crypto';
import { defined } from '../harness/base/errors.js';
import type { Finding } from '../harness/model/log-pattern.js';
import type { Failure, Phase } from '../harness/model/outcome.js';
import type { AttemptRecord } from '../harness/model/record.js';
import { undecorated } from '../harness/model/undecorated.js';
import { normaliseText } from './normalise-text.js';
import { decisiveFinding } from './reporters/explain.js';

/** What makes two failures one. `id` is a digest over the rest, 12 hexadecimal digits. */
export interface FailureSignature {
  readonly id: string;
  readonly code: string;
  readonly phase: Phase;
  /** The pattern that it failed for, or that was fatal, by its name in the catalogue. */
  readonly pattern?: string;
  /** The line that it failed for, else the first line of the message, without what varies. */
  readonly text: string;
  /** Where in our own code it was thrown: file, without line numbers, and function. */
  readonly frame?: string;
}

/**
 * The signature of an attempt's failure; undefined when it has none. A line that a machine said is
 * the cause itself: where it was seen and how often, which the message tells, does not count.
 */
export function signatureOf(attempt: AttemptRecord): FailureSignature | undefined {
  const { failure, findings } = attempt;
  if (failure === undefined) return undefined;
  const said = decisiveFinding({ failure, findings });
  if (said !== undefined) return signatureOfLine(failure, said);
  const fatal = findings.find(({ severity, expected }) => severity === 'fatal' && !expected);
  return signatureOfFailure(failure, fatal?.pattern);
}

/** The signature of a failure; `pattern` is the fatal one that was seen, if there was one. */
export function signatureOfFailure(failure: Failure, pattern?: string): FailureSignature {
  const { code, phase, message, stack } = failure;
  return withId({ code, phase, pattern, text: normaliseText(message), frame: topFrame(stack) });
}

function signatureOfLine({ code, phase }: Failure, { pattern, text }: Finding): FailureSignature {
  return withId({ code, phase, pattern, text: normaliseText(undecorated(text)), frame: undefined });
}

interface SignatureParts {
  readonly code: string;
  readonly phase: Phase;
  readonly pattern: string | undefined;
  readonly text: string;
  readonly frame: string | undefined;
}

function withId(parts: SignatureParts): FailureSignature {
  const { code, phase, pattern = '', text, frame = '' } = parts;
  const key = JSON.stringify([code, phase, pattern, text, frame]);
  const id = createHash('sha256').update(key).digest('hex').slice(0, 12);
  return defined({ id, ...parts }) as FailureSignature;
}

/** Our folders, as they appear in a stack of compiled and of mapped code alike. */
const ownFile = /\/((?:harness|platforms|images|results|suites)\/[\w./-]+?)\.[jt]s:\d+:\d+\)?$/;

/** The topmost frame in our own code, whichever way Node wrote it. */
export function topFrame(stack: string | undefined): string | undefined {
  const lines = (stack ?? '').split('\n').map((line) => line.trim());
  for (const line of lines) {
    const file = line.startsWith('at ') ? ownFile.exec(line)?.[1] : undefined;
    if (file === undefined) continue;
    const name = /^at (?:async )?(?:new )?(?:[\w$#<>]+\.)*([\w$#]+) (?:\[as \w+\] )?\(/.exec(
      line,
    )?.[1];
    return name === undefined || name === 'anonymous' ? file : `${file} ${name}`;
  }
  return undefined;
}
