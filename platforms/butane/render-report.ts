/**
 * A report as text: each finding with its path, its place and the lines around it, and a caret.
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

/** Under the word that begins at the column. */
function caret(text: string, column: number): string {
  const before = [...text].slice(0, column - 1);
  const word = /^\S+/.exec([...text].slice(column - 1).join(''))?.[0] ?? '';
  const indent = before.map((character) => (character === '\t' ? '\t' : ' ')).join('');
  return `${indent}${'^'.repeat(Math.max(1, [...word].length))}`;
}
