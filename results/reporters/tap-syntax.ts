/**
 * The syntax of TAP 14 (testanything.org/tap-version-14-specification): test points, subtests and
 * YAML diagnostics. What they say is decided in `tap.ts`.
 */

import { oneLine, plainText } from './plain-text.js';

/** A value of a diagnostics block. */
export type Diagnostic =
  | string
  | number
  | boolean
  | readonly Diagnostic[]
  | { readonly [key: string]: Diagnostic };

/** One test point, with the points of its subtest before it if there are any. */
export interface TestPoint {
  readonly ok: boolean;
  readonly description: string;
  readonly directive?: { readonly kind: 'SKIP' | 'TODO'; readonly reason: string };
  readonly diagnostics?: { readonly [key: string]: Diagnostic };
  readonly subtest?: readonly TestPoint[];
}

const indent = (lines: readonly string[], spaces: number) =>
  lines.map((line) => `${' '.repeat(spaces)}${line}`);

function escapeText(text: string): string {
  return oneLine(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}

/** The plan and all points, without the version line, which only the outermost document has. */
export function tapLines(points: readonly TestPoint[]): string[] {
  const lines = points.flatMap((point, index) => pointLines(point, index + 1));
  return [`1..${points.length}`, ...lines];
}

function pointLines(point: TestPoint, number: number): string[] {
  const description = escapeText(point.description);
  const { kind, reason = '' } = point.directive ?? {};
  const directive = kind === undefined ? '' : ` # ${kind} ${escapeText(reason)}`;
  const subtest = point.subtest ?? [];
  const head = subtest.length > 0 ? [`# Subtest: ${description}`] : [];
  return [
    ...head,
    ...(subtest.length > 0 ? indent(tapLines(subtest), 4) : []),
    `${point.ok ? 'ok' : 'not ok'} ${number} - ${description}${directive}`,
    ...(point.diagnostics ? indent(['---', ...yamlMap(point.diagnostics), '...'], 2) : []),
  ];
}

function yamlMap(map: { readonly [key: string]: Diagnostic }): string[] {
  return Object.entries(map).flatMap(([key, value]) => yamlEntry(`${key}:`, value));
}

function yamlEntry(head: string, value: Diagnostic): string[] {
  if (typeof value !== 'object') return [`${head} ${scalar(value)}`];
  const isEmpty = Object.keys(value).length === 0;
  if (Array.isArray(value)) {
    if (isEmpty) return [`${head} []`];
    return [head, ...indent(value.flatMap(yamlItem), 2)];
  }
  if (isEmpty) return [`${head} {}`];
  return [head, ...indent(yamlMap(value as { readonly [key: string]: Diagnostic }), 2)];
}

function yamlItem(value: Diagnostic): string[] {
  return [`- ${typeof value === 'object' ? JSON.stringify(value) : scalar(value)}`];
}

/** A JSON string is a YAML double-quoted scalar, so no text can end the block early. */
function scalar(value: string | number | boolean): string {
  return JSON.stringify(typeof value === 'string' ? plainText(value) : value);
}
