/**
 * What the files of an attempt say happened when, for the trace: lines of consoles, entries of
 * journals, packets, pictures of screens, all by the host's clock as far as that is known.
 */

import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { journalEntries } from '../journal-entries.js';
import { oneLine } from '../reporters/plain-text.js';
import { linesFromEnd } from './log-lines.js';
import { hostTimes, type Standstills } from './machine-clock.js';
import { describeFrame, isAnnouncement } from './packet-text.js';
import type { TraceEvent } from './page-data.js';
import { readCapture } from './read-capture.js';
import { filesIn } from './read-files.js';
import type { Packet } from './read-packets.js';

/** Which attempt, and how much of each of its files. */
export interface LogEventsRequest {
  readonly directory: string;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly endMs: number;
  /** When its machines stood still. */
  readonly standstills: Standstills;
  /** So many of each file, the last. */
  readonly most: number;
  /** So much of the end of each file is read. */
  readonly mostBytes: number;
}

/** Before it is made a text: most logs are longer than what is kept of them. */
type Timed = Omit<TraceEvent, 'isBad' | 'text'> & { readonly text: () => string };
interface Read {
  /** So that what is not kept is not read either. */
  readonly newestFirst: Iterable<Timed>;
  /** Whether the file has more before the oldest of them. */
  readonly isCut: boolean;
}
type Reader = (request: LogEventsRequest, file: string) => Read;

/** Events within the attempt, in no order. What a template said long before is left out. */
export function logEvents(request: LogEventsRequest): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  for (const file of filesIn(request.directory).toSorted()) {
    const read = readers.find(([ending]) => file.endsWith(ending))?.[1];
    if (read) events.push(...newestOf(request, file, read(request, file)));
  }
  return events;
}

/**
 * The last of them, after one that says so when there were more. A line in which there is nothing to
 * read, such as one of escapes, is no event.
 */
function newestOf(
  request: LogEventsRequest,
  file: string,
  { newestFirst, isCut }: Read,
): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  let [isMore, oldest] = [isCut, undefined as TraceEvent | undefined];
  for (const { text, ...timed } of newestFirst) {
    // What the file has from before the attempt is not missed, nor what is before that.
    if (timed.atMs < -toleranceMs) isMore = false;
    const said = isWithin(request, timed) ? text() : '';
    if (said === '') continue;
    oldest = { ...timed, text: said, isBad: false };
    isMore ||= events.length === request.most;
    if (events.length === request.most) break;
    events.push(oldest);
  }
  if (isMore && oldest) events.push({ ...oldest, text: `what came before is only in ${file}` });
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
  ['.pcap', packetEvents],
  ['.pcapng', packetEvents],
  ['.pcapng.before', packetEvents],
  ['screen.png', readScreen],
];

/** Lines have times only where the machine's host noted them. */
function readConsole(request: LogEventsRequest, file: string): Read {
  const { directory, startMs, mostBytes } = request;
  const lines = linesFromEnd(join(directory, file), mostBytes);
  const newestFirst = transform(lines, ({ ms, line }): Timed | undefined => {
    if (ms === undefined) return undefined;
    const text = () => named(file, oneLine(line(), longest));
    return { atMs: ms - startMs, kind: 'console', text };
  });
  return { newestFirst, isCut: isLonger(request, file) };
}

function* transform<T, U>(from: Iterable<T>, to: (one: T) => U | undefined): Iterable<U> {
  for (const one of from) {
    const made = to(one);
    if (made !== undefined) yield made;
  }
}

function isLonger({ directory, mostBytes }: LogEventsRequest, file: string): boolean {
  return statSync(join(directory, file)).size > mostBytes;
}

/** By the host's clock where it was noted, else by the guest's, which may be wrong. */
function readJournal(request: LogEventsRequest, file: string): Read {
  const { directory, startMs, mostBytes } = request;
  const lines = linesFromEnd(join(directory, file), mostBytes);
  const newestFirst = transform(lines, ({ ms, line }): Timed | undefined => {
    const [entry] = journalEntries(line());
    if (!entry) return undefined;
    const { atMs, who, message } = entry;
    const text = () => named(file, `${who}: ${oneLine(message, longest)}`);
    return { atMs: (ms ?? atMs) - startMs, kind: 'journal', text };
  });
  return { newestFirst, isCut: isLonger(request, file) };
}

/** QEMU's captures run by the machine's clock, those of the switch by the host's. */
function packetEvents(request: LogEventsRequest, file: string): Read {
  const { directory, startMs, mostBytes } = request;
  const headBytes = Math.min(mostCaptureHeadBytes, mostBytes / 2);
  const limits = { headBytes, tailBytes: mostBytes - headBytes };
  const part = readCapture(join(directory, file), limits);
  if (!part) return { newestFirst: [], isCut: false };
  const toHost = clockOf(request, file, part.first[0]);
  const isTail = part.last.length > 0;
  const timed = (isTail ? part.last : part.first).map(({ atMs, frame, length }): Timed => {
    const text = () => `${file}: ${describeFrame(frame)}, ${length} bytes`;
    return { atMs: toHost(atMs) - startMs, kind: 'packet', text };
  });
  if (part.leftOutBytes > 0 && !isTail) timed.push(...closing(file, timed.at(-1)));
  return { newestFirst: timed.reverse(), isCut: isTail };
}

/** Enough for the packet that tells the clock; the rest is for the end. */
const mostCaptureHeadBytes = 64 * 1024;

function clockOf(
  { standstills }: LogEventsRequest,
  file: string,
  first: Packet | undefined,
): (captureMs: number) => number {
  const known = file.endsWith('.pcap') ? standstills.get(machineOf(file)) : undefined;
  return hostTimes(known ?? [], first && isAnnouncement(first.frame) ? first.atMs : undefined);
}

/** After the last packet of a capture in whose end none was found. */
function closing(file: string, last: Timed | undefined): readonly Timed[] {
  return last ? [{ ...last, text: () => `what came after is only in ${file}` }] : [];
}

/** A picture is taken when the machine has failed: by the file's time, else at the end. */
function readScreen({ directory, startMs, endMs }: LogEventsRequest, file: string): Read {
  const takenMs = statSync(join(directory, file)).mtimeMs;
  const isLikely = takenMs >= startMs && takenMs <= endMs;
  const atMs = (isLikely ? takenMs : endMs) - startMs;
  const text = () => named(file, 'a picture of the screen');
  return { newestFirst: [{ atMs, kind: 'screen', text, file }], isCut: false };
}

function machineOf(file: string): string {
  return basename(dirname(file));
}

function named(file: string, text: string): string {
  return text === '' ? '' : `${machineOf(file)}: ${text}`;
}

const longest = 500;
