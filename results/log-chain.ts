/**
 * The chain that makes an edit of the event log visible: every line ends with a digest over its own
 * bytes and the digest of the line before, so the first line that does not follow is where somebody
 * was. It shows accidents and edits by hand; it is no signature.
 */

import { createHash } from 'node:crypto';

/** What the first line follows. */
export const chainStart = '0'.repeat(64);

/** How far a log goes: the number of its complete lines and the digest of the last. */
export interface LogHead {
  readonly lines: number;
  readonly digest: string;
}

/** The head of a log without a line. */
export const emptyHead: LogHead = { lines: 0, digest: chainStart };

/** One line of a log, taken apart; `body` is the event's JSON without the digest. */
export interface ChainedLine {
  readonly body: string;
  readonly digest: string;
}

/** Lower-case hexadecimal SHA-256 over the digest before and the event's JSON. */
export function linkOf(previous: string, body: string): string {
  return createHash('sha256').update(previous).update(body).digest('hex');
}

/** The line, without a line feed, that says `body` (a JSON object with keys) after `previous`. */
export function chainLine(previous: string, body: string): ChainedLine & { readonly line: string } {
  const digest = linkOf(previous, body);
  return { body, digest, line: `${body.slice(0, -1)},"chain":"${digest}"}` };
}

const chained = /^(?<fields>.*),"chain":"(?<digest>[0-9a-f]{64})"\}$/s;

/** Takes a line apart; undefined when it does not end with a digest. */
export function unchainLine(line: string): ChainedLine | undefined {
  const { fields, digest } = chained.exec(line)?.groups ?? {};
  return fields === undefined || digest === undefined ? undefined : { body: `${fields}}`, digest };
}
