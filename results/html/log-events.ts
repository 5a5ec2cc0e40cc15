/**
 * What the files of an attempt say happened when, for the trace: lines of consoles, entries of
 * journals, packets, pictures of screens, all by the host's clock as far as that is known.
 */

import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { journalEntries } from '../journal-entries.js';
import { oneLine } from '../reporters/plain-text.js';
import { linesFromEnd } from './log-lines.js';
import { describeFrame, isAnnouncement } from './packet-text.js';
import type { TraceEvent } from './page-data.js';
import { filesIn, readPart } from './read-files.js';
import { readPackets } from './read-packets.js';

/** Which attempt, and how much of each of its files. */
export interface LogEventsRequest {
  readonly directory: string;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly endMs: number;
  /** When each machine went on from a frozen state, by its name; milliseconds since the epoch. */
  readonly resumedMs: ReadonlyMap<string, number>;
  /** So many of each file, the last. */
  readonly most: number;
  /** So much of the end of each file is read. */
  readonly mostBytes: number;
}

/** Before it is made a text: most logs are longer than what is kept of them. */
type Timed = Omit<TraceEvent, 'isBad' | 'text'> & { readonly text: () => string };
/** Newest first, so that what is not kept is not read either. */
type Reader = (request: LogEventsRequest, file: string) => Iterable<Timed>;

/** Events within the attempt, in no order. What a template said long before is left out. */
export function logEvents(request: LogEventsRequest): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  for (const file of filesIn(request.directory).toSorted()) {
    const read = readers.find(([ending]) => file.endsWith(ending))?.[1];
    if (read) events.push(...newestOf(request, file, read(request, file)));
  }
  return events;
}

/** The last of them. A line in which there is nothing to read, such as one of escapes, is no event. */
function newestOf(
  request: LogEventsRequest,
  file: string,
  newestFirst: Iterable<Timed>,
): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  for (const { text, ...timed } of newestFirst) {
    const said = isWithin(request, timed) ? text() : '';
    if (said === '') continue;
    const isKept = events.length < request.most;
    const shown = isKept ? said : `what came before is only in ${file}`;
    events.push({ ...timed, text: shown, isBad: false });
    if (!isKept) break;
  }
  return events.reverse();
}

/** Clocks of guests may be a little off. */
const toleranceMs = 2_000;

function isWithin({ startMs, endMs }: LogEventsRequest, { atMs }: Pick<Timed, 'atMs'>): boolean {
  return atMs >= -toleranceMs && atMs <= endMs - startMs + toleranceMs;
}

const readers: readonly (readonly [ending: string, read: Reader])[] = [
  ['console.log', readConsole],
  ['journal.jsonl', readJournal],
  ['.pcap', readCapture],
  ['.pcapng', readCapture],
  ['screen.png', readScreen],
];

/** Lines have times only where the machine's host noted them. */
function readConsole(
  { directory, startMs, mostBytes }: LogEventsRequest,
  file: string,
): Iterable<Timed> {
  const lines = linesFromEnd(join(directory, file), mostBytes);
  return transform(lines, ({ ms, line }): Timed | undefined => {
    if (ms === undefined) return undefined;
    const text = () => named(file, oneLine(line(), longest));
    return { atMs: ms - startMs, kind: 'console', text };
  });
}

function* transform<T, U>(from: Iterable<T>, to: (one: T) => U | undefined): Iterable<U> {
  for (const one of from) {
    const made = to(one);
    if (made !== undefined) yield made;
  }
}

function readStart(path: string, mostBytes: number): Buffer {
  return readPart(path, 0, Math.min(statSync(path).size, mostBytes));
}

/** By the host's clock where it was noted, else by the guest's, which may be wrong. */
function readJournal(
  { directory, startMs, mostBytes }: LogEventsRequest,
  file: string,
): Iterable<Timed> {
  const lines = linesFromEnd(join(directory, file), mostBytes);
  return transform(lines, ({ ms, line }): Timed | undefined => {
    const [entry] = journalEntries(line());
    if (!entry) return undefined;
    const { atMs, who, message } = entry;
    const text = () => named(file, `${who}: ${oneLine(message, longest)}`);
    return { atMs: (ms ?? atMs) - startMs, kind: 'journal', text };
  });
}

/**
 * QEMU's captures run by the machine's clock, which after a frozen state goes on from there: the
 * first announcement tells by how much it is ahead. The switch uses the host's.
 */
function readCapture(
  { directory, startMs, mostBytes, resumedMs }: LogEventsRequest,
  file: string,
): Iterable<Timed> {
  const packets = readPackets(readStart(join(directory, file), mostBytes)) ?? [];
  const [first] = packets;
  const resumed = file.endsWith('.pcap') ? resumedMs.get(machineOf(file)) : undefined;
  const isAhead = first !== undefined && resumed !== undefined && isAnnouncement(first.frame);
  const aheadMs = isAhead ? first.atMs - resumed : 0;
  return transform(packets.toReversed(), ({ atMs, frame, length }): Timed => {
    const text = () => `${file}: ${describeFrame(frame)}, ${length} bytes`;
    return { atMs: atMs - aheadMs - startMs, kind: 'packet', text };
  });
}

/** A picture is taken when the machine has failed: by the file's time, else at the end. */
function readScreen(
  { directory, startMs, endMs }: LogEventsRequest,
  file: string,
): Iterable<Timed> {
  const takenMs = statSync(join(directory, file)).mtimeMs;
  const isLikely = takenMs >= startMs && takenMs <= endMs;
  const atMs = (isLikely ? takenMs : endMs) - startMs;
  return [{ atMs, kind: 'screen', text: () => named(file, 'a picture of the screen'), file }];
}

function machineOf(file: string): string {
  return basename(dirname(file));
}

function named(file: string, text: string): string {
  return text === '' ? '' : `${machineOf(file)}: ${text}`;
}

const longest = 500;
