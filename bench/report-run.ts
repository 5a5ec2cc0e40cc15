/**
 * A large run for the benchmark of reports, as real ones are: each case leaves a console, a journal
 * and a capture, every tenth one has failed, and there is a run before it in which all had passed.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attemptDirectory } from '../harness/base/run-dir.js';
import { foldRun } from '../results/fold.js';
import { arpFrame, pcapHead, pcapPacket } from '../test/results/support/captures.js';
import { type AttemptStory, failure, type RunStory } from '../test/results/support/events.js';
import { eventsOf, makeRun } from '../test/results/support/run-directory.js';

const runs = { earlier: '20261121-101500-aaaa', measured: '20261122-101500-aaaa' } as const;

/** How large the run is. */
export interface LargeRun {
  readonly cases: number;
  /** All logs of the measured run together, in 10^6 bytes. */
  readonly logMB: number;
}

/**
 * Writes both runs under `root`; returns the directory of the later one. Of the earlier one only the
 * logs of the cases that fail later are there, since no other is ever read.
 */
export async function makeLargeRun(root: string, { cases, logMB }: LargeRun): Promise<string> {
  const bytes = (logMB * 1e6) / cases;
  await writeRun(root, runs.earlier, { cases, bytes, fails: () => false, hasLogs: everyTenth });
  const hasLogs = () => true;
  return await writeRun(root, runs.measured, { cases, bytes, fails: everyTenth, hasLogs });
}

function everyTenth(index: number): boolean {
  return index % 10 === 9;
}

interface Written {
  readonly cases: number;
  /** The logs of one case. */
  readonly bytes: number;
  readonly fails: (index: number) => boolean;
  readonly hasLogs: (index: number) => boolean;
}

async function writeRun(root: string, run: string, written: Written): Promise<string> {
  const events = eventsOf(run, storyOf(written.cases, written.fails));
  const directory = await makeRun(root, events);
  for (const [index, one] of foldRun(events, []).cases.entries()) {
    if (!written.hasLogs(index)) continue;
    const place = join(directory, attemptDirectory(one, 1), 'main-0');
    const startMs = Date.parse(one.attempts[0]?.startedAt ?? '');
    await writeLogs(place, { bytes: written.bytes, startMs, isBad: written.fails(index) });
  }
  return directory;
}

/** A run of so many cases with eight steps each; none fails unless it is told to. */
export function storyOf(cases: number, fails: Written['fails'] = () => false): RunStory {
  const steps = Array.from({ length: 8 }, (_, step) => [`step ${step}`, true] as const);
  const attempt = (index: number): AttemptStory =>
    fails(index)
      ? { outcome: 'failed', steps, failure: failure({ evidence: badLine(index) }) }
      : { outcome: 'passed', steps };
  const names = Array.from({ length: cases }, (_, index) => `area/case-${index}`);
  return { cases: Object.fromEntries(names.map((name, index) => [name, [attempt(index)]])) };
}

interface Logs {
  readonly bytes: number;
  readonly startMs: number;
  readonly isBad: boolean;
}

async function writeLogs(place: string, { bytes, startMs, isBad }: Logs): Promise<void> {
  await mkdir(place, { recursive: true });
  const console = repeated(bytes * 0.45, consoleLine) + (isBad ? `${badLine(0)}\r\n` : '');
  await writeFile(join(place, 'console.log'), console);
  await writeFile(join(place, 'console.times'), timesOf(console, startMs));
  const journal = repeated(bytes * 0.45, (line) => journalLine(line, startMs));
  await writeFile(join(place, 'journal.jsonl'), journal);
  await writeFile(join(place, 'nic0.pcap'), captureOf(bytes * 0.1, startMs));
}

function repeated(bytes: number, lineOf: (line: number) => string): string {
  const lines: string[] = [];
  for (let [line, length] = [0, 0]; length < bytes; line += 1) {
    const text = lineOf(line);
    lines.push(text);
    length += text.length;
  }
  return lines.join('');
}

function badLine(index: number): string {
  return `[   99.000000] systemd[1]: Failed to start health-${index}.service`;
}

function consoleLine(line: number): string {
  const at = (line / 100).toFixed(6).padStart(12);
  return `[${at}] systemd[1]: Started unit-${line % 977}.service\r\n`;
}

/** With the fields that every entry of a machine's journal has. */
function journalLine(line: number, startMs: number): string {
  const boot = '2eec03e749c248c98b147072ddb712ce';
  const realtime = (startMs + line) * 1000;
  const entry = {
    _BOOT_ID: boot,
    SYSLOG_IDENTIFIER: 'systemd',
    __CURSOR: `s=a764413598e54944b21c8396957ad321;i=${line.toString(16)};b=${boot};x=ff44d90751bc3b05`,
    __MONOTONIC_TIMESTAMP: `${line * 1000}`,
    __SEQNUM: `${line}`,
    __REALTIME_TIMESTAMP: `${realtime}`,
    _TRANSPORT: 'journal',
    PRIORITY: '6',
    _PID: '1',
    _COMM: 'systemd',
    _EXE: '/usr/lib/systemd/systemd',
    _CMDLINE: '/usr/lib/systemd/systemd --switched-root --system --deserialize=40',
    CODE_FILE: 'src/core/job.c',
    CODE_FUNC: 'job_emit_done_message',
    MESSAGE: `Started unit-${line % 977}.service - Unit number ${line % 977}.`,
  };
  return `${JSON.stringify(entry)}\n`;
}

/** As dense as a machine that prints all the time for ten seconds makes them. */
function timesOf({ length }: string, startMs: number): string {
  const count = 500;
  const at = (index: number) => Math.floor((index * length) / count);
  const lines = Array.from(
    { length: count },
    (_, index) => `${at(index)} ${startMs + index * 20}\n`,
  );
  return lines.join('');
}

/** A packet every two milliseconds. */
function captureOf(bytes: number, startMs: number): Buffer {
  const frame = Buffer.concat([arpFrame(), Buffer.alloc(300)]);
  const packets: Buffer[] = [pcapHead];
  for (let [index, length] = [0, 24]; length < bytes; index += 1) {
    const atMs = startMs + index * 2;
    const packet = pcapPacket(Math.floor(atMs / 1000), frame, (atMs % 1000) * 1000);
    packets.push(packet);
    length += packet.length;
  }
  return Buffer.concat(packets);
}
