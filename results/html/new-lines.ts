/**
 * The lines of an attempt's consoles and the messages of its journals that another one's do not have,
 * numbers and times left aside.
 */

import { isAscii } from 'node:buffer';
import { join } from 'node:path';
import { journalEntries } from '../journal-entries.js';
import { normaliseText } from '../normalise-text.js';
import type { NewLines } from './page-data.js';
import { filesIn, readEnd } from './read-files.js';

/** Of a log that is longer, the end. */
const mostBytes = 2 * 1024 * 1024;
const mostLines = 200;

/** The directories of two attempts. */
export interface Compared {
  readonly failed: string;
  readonly passed: string;
}

/** What is new in one attempt. */
export type NewText = Omit<NewLines, 'run'>;

/** Undefined when the passed one has left no log. */
export function newLines({ failed, passed }: Compared): NewText | undefined {
  const known = new Set<string>();
  const normalise = normaliser();
  const before = logsIn(passed);
  if (before.length === 0) return undefined;
  for (const { lines: said } of before) for (const line of said) known.add(normalise(line));
  const lines: { file: string; text: string }[] = [];
  for (const { file, lines: said } of logsIn(failed)) {
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
    const known = normals.get(said);
    if (known !== undefined) return known;
    const normal = normaliseText(said);
    normals.set(said, normal);
    return normal;
  };
}

/** Consoles first: of what both say, the console's line is shown. */
function logsIn(directory: string) {
  const names = filesIn(directory);
  const files = ['console.log', 'journal.jsonl'].flatMap((ending) =>
    names.filter((name) => name.endsWith(ending)).sort(),
  );
  return files.map((file) => {
    const text = endOf(join(directory, file));
    return { file, lines: file.endsWith('.jsonl') ? messagesOf(text) : text.split('\n') };
  });
}

function endOf(path: string): string {
  const { bytes } = readEnd(path, mostBytes);
  // Most logs are, and one that is takes a fraction of the time.
  return bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
}

/** Each line of a message with its speaker, as the console shows it. */
function messagesOf(journal: string): readonly string[] {
  return journalEntries(journal).flatMap(({ who, message }) =>
    message.split('\n').map((line) => `${who}: ${line}`),
  );
}
