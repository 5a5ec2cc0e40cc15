/**
 * What the files of an attempt say happened when, for the trace: lines of consoles, entries of
 * journals, packets, pictures of screens, all by the host's clock as far as that is known.
 */

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { journalEntries } from '../journal-entries.js';
import { oneLine } from '../reporters/plain-text.js';
import { timesFile } from '../run-files.js';
import { readPart } from './embed-file.js';
import { describeFrame, isAnnouncement } from './packet-text.js';
import type { TraceEvent } from './page-data.js';
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

/** The text is made only of what is kept: of most logs that is the smaller part. */
type Timed = Omit<TraceEvent, 'isBad' | 'text'> & { readonly text: () => string };
type Reader = (request: LogEventsRequest, file: string) => Promise<readonly Timed[]>;

/** Events within the attempt, in no order. What a template said long before is left out. */
export async function logEvents(request: LogEventsRequest): Promise<readonly TraceEvent[]> {
  const files = await readdir(request.directory, { recursive: true }).catch(() => []);
  const events: TraceEvent[] = [];
  for (const file of files.sort()) {
    const read = readers.find(([ending]) => file.endsWith(ending))?.[1];
    if (!read) continue;
    const timed = (await read(request, file)).filter((one) => isWithin(request, one));
    const left = timed.length - request.most;
    const kept = timed.slice(-request.most).flatMap(eventOf);
    const [first] = kept;
    if (left > 0 && first)
      events.push({ ...first, text: `${left} before this are only in ${file}` });
    events.push(...kept);
  }
  return events;
}

/** None of a line in which there is nothing to read, such as one of escapes. */
function eventOf({ text, ...timed }: Timed): readonly TraceEvent[] {
  const said = text();
  return said === '' ? [] : [{ ...timed, text: said, isBad: false }];
}

/** Clocks of guests may be a little off. */
const toleranceMs = 2_000;

function isWithin({ startMs, endMs }: LogEventsRequest, { atMs }: Timed): boolean {
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
async function readConsole(
  { directory, startMs, mostBytes }: LogEventsRequest,
  file: string,
): Promise<readonly Timed[]> {
  const lines = await readLines(join(directory, file), mostBytes);
  return lines.flatMap(({ ms, line }): Timed[] => {
    if (ms === undefined || line.trim() === '') return [];
    const text = () => named(file, oneLine(line, longest));
    return [{ atMs: ms - startMs, kind: 'console', text }];
  });
}

interface Line {
  readonly line: string;
  /** When its last byte came, in milliseconds since the epoch; undefined when nobody noted it. */
  readonly ms: number | undefined;
}

/** A byte is a character first, which is found and cut fast, and tells where a line ends in the file. */
async function readLines(path: string, mostBytes: number): Promise<readonly Line[]> {
  const times = await readTimes(timesFile(path));
  const { bytes, offset } = await readEnd(path, mostBytes);
  let [end, at] = [offset - 1, -1];
  return bytes
    .toString('latin1')
    .split('\n')
    .map((characters): Line => {
      end += characters.length + 1;
      while ((times[at + 1]?.offset ?? Number.POSITIVE_INFINITY) <= end) at += 1;
      return { line: decoded(characters), ms: times[at]?.ms };
    });
}

function decoded(characters: string): string {
  const isAscii = !/[\x80-\xff]/.test(characters);
  return isAscii ? characters : Buffer.from(characters, 'latin1').toString();
}

async function readTimes(path: string) {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [, offset, ms] = /^(\d+) (\d+)$/.exec(line) ?? [];
    return ms === undefined ? [] : [{ offset: Number(offset), ms: Number(ms) }];
  });
}

async function readEnd(path: string, mostBytes: number) {
  const { size } = await stat(path);
  const offset = Math.max(0, size - mostBytes);
  return { bytes: await readPart(path, offset, size - offset), offset };
}

async function readStart(path: string, mostBytes: number): Promise<Buffer> {
  return await readPart(path, 0, Math.min((await stat(path)).size, mostBytes));
}

/** By the host's clock where it was noted, else by the guest's, which may be wrong. */
async function readJournal(
  { directory, startMs, mostBytes }: LogEventsRequest,
  file: string,
): Promise<readonly Timed[]> {
  const lines = await readLines(join(directory, file), mostBytes);
  return lines.flatMap(({ ms, line }) =>
    journalEntries(line).map(({ atMs, who, message }): Timed => {
      const text = () => named(file, `${who}: ${oneLine(message, longest)}`);
      return { atMs: (ms ?? atMs) - startMs, kind: 'journal', text };
    }),
  );
}

/**
 * QEMU's captures run by the machine's clock, which after a frozen state goes on from there: the
 * first announcement tells by how much it is ahead. The switch uses the host's.
 */
async function readCapture(
  { directory, startMs, mostBytes, resumedMs }: LogEventsRequest,
  file: string,
): Promise<readonly Timed[]> {
  const packets = readPackets(await readStart(join(directory, file), mostBytes)) ?? [];
  const [first] = packets;
  const resumed = file.endsWith('.pcap') ? resumedMs.get(machineOf(file)) : undefined;
  const isAhead = first !== undefined && resumed !== undefined && isAnnouncement(first.frame);
  const aheadMs = isAhead ? first.atMs - resumed : 0;
  return packets.map(({ atMs, frame, length }) => {
    const text = () => `${file}: ${describeFrame(frame)}, ${length} bytes`;
    return { atMs: atMs - aheadMs - startMs, kind: 'packet', text };
  });
}

/** A picture is taken when the machine has failed: by the file's time, else at the end. */
async function readScreen(
  { directory, startMs, endMs }: LogEventsRequest,
  file: string,
): Promise<readonly Timed[]> {
  const takenMs = (await stat(join(directory, file))).mtimeMs;
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
