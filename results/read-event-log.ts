/**
 * The reader of the event log. It tells apart the torn last line of a process that died, which is
 * dropped and said, from damage in the middle, which is refused.
 */

import { readFile } from 'node:fs/promises';
import { toError, UsageError } from '../harness/base/errors.js';
import type { LoggedEvent } from '../harness/model/events.js';
import { loggedEvent } from './event-schema.js';
import { check, corrupt, parseObject, refuseNewer } from './parse-json.js';

/** The events of a log and what reading it had to put up with. */
export interface EventLogContents {
  readonly events: readonly LoggedEvent[];
  readonly notes: readonly string[];
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
  const events = lines.map((line, index) => parseLine(line, index, path));
  return { events, notes: end < bytes.length ? [tornNote(lines.length, bytes.length - end)] : [] };
}

function tornNote(complete: number, tornBytes: number): string {
  const what = `line ${complete + 1} of the event log is torn`;
  return `${what} (${tornBytes} bytes without an end of line) and was dropped: the writer died`;
}

function parseLine(text: string, index: number, path: string): LoggedEvent {
  const where = `${path}:${index + 1}`;
  const value = parseObject(text, where);
  if (value['kind'] === 'run-started') refuseNewer(value['schema'], where);
  const event = check(loggedEvent, value, where);
  if (event.seq !== index) throw corrupt(where, `event ${event.seq} where ${index} was expected`);
  const isStart = event.kind === 'run-started';
  if (isStart !== (index === 0)) throw corrupt(where, 'a log has one run-started, as its first');
  return event;
}
