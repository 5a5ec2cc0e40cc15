/**
 * A report as text: each finding with its path, its place and the lines around it, and a caret. What
 * is at no character, as a value that is left out at the end of a line, is told in one line.
 */

import type { Entry } from './report.js';

const around = 2;

/** Every entry, an empty line between two. */
export function renderReport(entries: readonly Entry[], source: string, file: string): string {
  const lines = source.split(/\r?\n/);
  return entries.map((entry) => renderEntry(entry, lines, file)).join('\n\n');
}

function renderEntry(entry: Entry, lines: readonly string[], file: string): string {
  const { line, column } = entry.place;
  // In bytes, as the original compares it.
  if (column > Buffer.byteLength(lines[line - 1] ?? '')) return oneLine(entry);
  const first = Math.max(1, line - around);
  const last = Math.min(lines.length, line + around);
  const width = String(last).length;
  const margin = ' '.repeat(width + 2);
  const shown = lines.slice(first - 1, last).flatMap((text, index) => {
    const number = first + index;
    const numbered = ` ${String(number).padStart(width)} | ${text}`.trimEnd();
    return number === line
      ? [numbered, `${margin}| ${caret(text, column)} ${entry.message}`]
      : [numbered];
  });
  const path = entry.path === '' ? '' : `[${entry.path}]`;
  const place = `${' '.repeat(width)} --> ${file}:${line}:${column}`;
  return [`${entry.severity}${path}:`, place, `${margin}|`, ...shown, `${margin}|`].join('\n');
}

function oneLine({ severity, path, place, message }: Entry): string {
  const field = path === '' ? '' : `${path}, `;
  return `${severity} at ${field}line ${place.line} col ${place.column}: ${message}`;
}

/** Under the word that begins at the column. */
function caret(text: string, column: number): string {
  const before = [...text].slice(0, column - 1);
  const word = /^\S+/.exec([...text].slice(column - 1).join(''))?.[0] ?? '';
  const indent = before.map((character) => (character === '\t' ? '\t' : ' ')).join('');
  return `${indent}${'^'.repeat(Math.max(1, [...word].length))}`;
}
