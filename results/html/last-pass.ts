/**
 * What a failed case said that it had not said when it last passed: the lines of its consoles and the
 * messages of its journals that are new, numbers and times left aside.
 */

import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { attemptDirectory } from '../../harness/base/run-dir.js';
import { parseRunId } from '../../harness/model/ids.js';
import type { CaseRecord, RunRecord } from '../../harness/model/record.js';
import { journalEntries } from '../journal-entries.js';
import { normaliseText } from '../normalise-text.js';
import { readRecord } from '../record-file.js';
import { readPart } from './embed-file.js';
import type { NewLines } from './page-data.js';

/** So many runs are looked at, newest first: reading more takes longer than it tells. */
const mostRuns = 20;
/** Of a log that is longer, the end. */
const mostBytes = 2 * 1024 * 1024;
const mostLines = 200;

/**
 * Failed cases of a run, by id, with what is new in them; cases that never passed are absent.
 *
 * @param root where earlier runs are, beside this one by default
 */
export async function newSinceLastPass(
  runDirectory: string,
  { cases, run }: RunRecord,
  root: string = dirname(runDirectory),
): Promise<ReadonlyMap<string, NewLines>> {
  const found = new Map<string, NewLines>();
  const wanted = new Map(cases.filter(isRed).map((one) => [one.id as string, one]));
  for (const earlier of await runsBefore(root, run)) {
    if (wanted.size === 0) break;
    const record = await readRecord(join(root, earlier)).catch(() => undefined);
    for (const passed of record?.cases.filter(({ status }) => status === 'passed') ?? []) {
      const failed = wanted.get(passed.id);
      if (!failed) continue;
      wanted.delete(passed.id);
      const places = [directoryOf(runDirectory, failed), directoryOf(join(root, earlier), passed)];
      const news = await newLines(places[0] ?? '', places[1] ?? '');
      if (news) found.set(failed.id, { run: earlier, ...news });
    }
  }
  return found;
}

function isRed({ status, attempts }: CaseRecord): boolean {
  return attempts.length > 0 && (status === 'failed' || status === 'flaky' || status === 'errored');
}

async function runsBefore(root: string, run: string): Promise<readonly string[]> {
  const names = await readdir(root).catch(() => []);
  const earlier = names.filter((name) => parseRunId(name) !== undefined && name < basename(run));
  return earlier.sort().reverse().slice(0, mostRuns);
}

/** Of a failed case the first attempt that did not pass, of a passed one the last. */
function directoryOf(root: string, one: CaseRecord): string {
  const bad = one.attempts.find(({ outcome }) => outcome !== 'passed');
  const { attempt = 1 } = bad ?? one.attempts.at(-1) ?? {};
  return join(root, attemptDirectory(one, attempt));
}

/** Undefined when the passed one has left no log. */
async function newLines(
  failed: string,
  passed: string,
): Promise<Omit<NewLines, 'run'> | undefined> {
  const known = new Set<string>();
  const normalise = normaliser();
  const before = await logsIn(passed);
  if (before.length === 0) return undefined;
  for (const { lines: said } of before) for (const line of said) known.add(normalise(line));
  const lines: { file: string; text: string }[] = [];
  for (const { file, lines: said } of await logsIn(failed)) {
    for (const line of said) {
      const normal = normalise(line);
      if (normal === '' || known.has(normal)) continue;
      known.add(normal);
      lines.push({ file, text: line.trimEnd() });
    }
  }
  return { lines: lines.slice(0, mostLines), more: Math.max(0, lines.length - mostLines) };
}

/** Logs repeat themselves and each other but for the kernel's time, which is taken out anyway. */
function normaliser(): (line: string) => string {
  const normals = new Map<string, string>();
  return (line) => {
    const said = line.startsWith('[') ? line.replace(/^\[ *\d+\.\d+\] /, '') : line;
    const normal = normals.get(said) ?? normaliseText(said);
    normals.set(said, normal);
    return normal;
  };
}

/** Consoles first: of what both say, the console's line is shown. */
async function logsIn(directory: string) {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const files = ['console.log', 'journal.jsonl'].flatMap((ending) =>
    names.filter((name) => name.endsWith(ending)).sort(),
  );
  return await Promise.all(
    files.map(async (file) => {
      const text = await endOf(join(directory, file));
      return { file, lines: file.endsWith('.jsonl') ? messagesOf(text) : linesOf(text) };
    }),
  );
}

async function endOf(path: string): Promise<string> {
  const { size } = await stat(path);
  const length = Math.min(size, mostBytes);
  return (await readPart(path, size - length, length)).toString();
}

function linesOf(text: string): readonly string[] {
  return (text.includes('\r') ? text.replaceAll('\r', '') : text).split('\n');
}

/** Each line of a message with its speaker, as the console shows it. */
function messagesOf(journal: string): readonly string[] {
  return journalEntries(journal).flatMap(({ who, message }) =>
    message.split('\n').map((line) => `${who}: ${line}`),
  );
}
