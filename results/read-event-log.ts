/**
 * The reader of the event log. It tells apart the torn last line of a process that died, which is
 * dropped and said, from damage and edits in the middle, which are refused with their place.
 */

import { readFile } from 'node:fs/promises';
import { toError, UsageError } from '../harness/base/errors.js';
import type { LoggedEvent } from '../harness/model/events.js';
import { loggedEvent } from './event-schema.js';
import { emptyHead, type LogHead, linkOf, unchainLine } from './log-chain.js';
import { check, corrupt, parseObject, requireReadable } from './parse-json.js';

/** The events of a log and what reading it had to put up with. */
export interface EventLogContents {
  readonly events: readonly LoggedEvent[];
  readonly notes: readonly string[];
  readonly head: LogHead;
}

/**
 * Reads a log. Throws RECORD_MISSING, RECORD_CORRUPT (with the line's number) and RECORD_TOO_NEW,
 * all of kind usage.
 */
export async function readEventLog(path: string): Promise<EventLogContents> {
  return parseEventLog(await readBytes(path), path);
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (thrown) {
    const message = `cannot read the event log ${path}: ${toError(thrown).message}`;
    throw new UsageError('RECORD_MISSING', message, { cause: thrown });
  }
}

/** Parses the bytes of a log; `path` is for messages. Throws like {@link readEventLog}. */
export function parseEventLog(bytes: Buffer, path: string): EventLogContents {
  const end = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  const events: LoggedEvent[] = [];
  const reader = new LineReader(path);
  for (const line of lines) events.push(reader.read(line));
  const notes = end < bytes.length ? [tornNote(lines.length, bytes.length - end)] : [];
  return { events, notes, head: reader.head };
}

function tornNote(complete: number, tornBytes: number): string {
  const what = `line ${complete + 1} of the event log is torn`;
  return `${what} (${tornBytes} bytes without an end of line) and was dropped: the writer died`;
}

/** Reads lines in order. */
class LineReader {
  readonly #path: string;
  #head = emptyHead;

  constructor(path: string) {
    this.#path = path;
  }

  get head(): LogHead {
    return this.#head;
  }

  read(line: string): LoggedEvent {
    const index = this.#head.lines;
    const where = `${this.#path}:${index + 1}`;
    if (index === 0) requireStart(line, where);
    return parseEvent(this.#follow(line, where), index, where);
  }

  #follow(line: string, where: string): string {
    const { lines, digest: previous } = this.#head;
    const found = unchainLine(line);
    if (found === undefined) throw corrupt(where, 'it has no digest at its end');
    if (linkOf(previous, found.body) !== found.digest) {
      const before = lines === 0 ? 'its own digest' : `its digest after line ${lines}`;
      throw corrupt(
        where,
        `the line does not fit ${before}: it was edited, or lines before it went`,
      );
    }
    this.#head = { lines: lines + 1, digest: found.digest };
    return found.body;
  }
}

/** A log that is not read for its schema says so, and not that its digests are wrong. */
function requireStart(line: string, where: string): void {
  const { kind, schema } = parseObject(line, where);
  if (kind !== 'run-started') throw corrupt(where, oneStart);
  requireReadable(schema, where);
}

const oneStart = 'a log has one run-started, as its first';

function parseEvent(text: string, index: number, where: string): LoggedEvent {
  const event = check(loggedEvent, parseObject(text, where), where);
  if (event.seq !== index) throw corrupt(where, `event ${event.seq} where ${index} was expected`);
  if ((event.kind === 'run-started') !== (index === 0)) throw corrupt(where, oneStart);
  return event;
}
