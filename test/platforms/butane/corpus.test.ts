/**
 * Every case of the corpus, which the original program made: the same config, the same exit status,
 * findings at the same places. Wording and order are ours.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { t } from 'tap';
import { projectRoot } from '../../../harness/base/project-root.js';
import { type ButaneResult, translateButane } from '../../../platforms/butane/butane.js';
import { renderReport } from '../../../platforms/butane/render-report.js';

const corpus = join(projectRoot(), 'test', 'platforms', 'butane', 'corpus');

for (const name of readdirSync(corpus).filter((entry) => /^\d/.test(entry))) {
  const read = (file: string) => readFileSync(join(corpus, name, file), 'utf8');
  const files = join(corpus, name, 'files');
  const options = existsSync(files) ? { filesDir: files } : {};
  const source = readFileSync(join(corpus, name, 'in.bu'));

  t.test(name, async (t) => {
    const result = translateButane(source, options);
    t.equal(exitOf(result), Number(read('expected.exit')), 'exit status');
    const strict = translateButane(source, { ...options, strict: true });
    t.equal(exitOf(strict), Number(read('expected.strict-exit')), 'exit status with --strict');
    if (result.config) {
      const expected: unknown = JSON.parse(read('expected.ign'));
      t.strictSame(plain(JSON.parse(JSON.stringify(result.config))), plain(expected), 'config');
    }
    t.strictSame(placesOf(result), placesIn(read('stderr.txt')), 'places');
    t.strictSame(linesOf(result.failure ?? ''), linesOf(read('stderr.txt')), 'lines');
    const strictly = placesIn(read('stderr-strict.txt'));
    t.strictSame(placesOf(strict), strictly, 'places with --strict');
    const report = renderReport(result.entries, source.toString(), 'in.bu');
    t.strictSame(caretsIn(report), caretsIn(read('stderr.txt')), 'what is underlined');
  });
}

function exitOf({ failure }: ButaneResult): number {
  return failure === undefined ? 0 : 1;
}

/** Severity, path and place of every finding, each once, sorted; 1:1 is the original's fallback. */
function placesOf({ entries }: ButaneResult): readonly string[] {
  const found = entries.map(
    ({ severity, path, place }) => `${severity} ${path} ${place.line}:${place.column}`,
  );
  return tidy(found);
}

function placesIn(stderr: string): readonly string[] {
  const found = stderr.matchAll(/^(error|warning)(?:\[(.*)\])?:\n\s*--> [^:]*:(\d+:\d+)/gm);
  const atNothing = stderr.matchAll(/^(error|warning) at (?:(\S+), )?line (\d+) col (\d+): /gm);
  return tidy([
    ...[...found].map(([, severity, path = '', place]) => `${severity} ${path} ${place}`),
    ...[...atNothing].map(
      ([, severity, path = '', ...at]) => `${severity} ${path} ${at.join(':')}`,
    ),
  ]);
}

function tidy(found: readonly string[]): readonly string[] {
  return [...new Set(found.map((line) => line.replace(/ 1:1$/, ' -')))].sort();
}

/** For each finding the columns that are underlined, sorted. */
function caretsIn(report: string): readonly string[] {
  const found = report.matchAll(/^ +\| ( *)(\^+) /gm);
  return [...found]
    .map(([, indent = '', carets = '']) => `${indent.length}+${carets.length}`)
    .sort();
}

/** The lines of the source that fields of a wrong type and repeated keys are blamed on. */
function linesOf(text: string): readonly string[] {
  const found = text.matchAll(/line (\d+): (cannot unmarshal|mapping key|field \w+ already)/g);
  return [...found].map(([, line, what]) => `${line} ${what}`).sort();
}

/** A config with its data URLs decoded: how they are encoded is free. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const object = Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, plain(child)]),
  );
  const { source, compression } = object;
  if (typeof source !== 'string' || !source.startsWith('data:')) return object;
  return { ...object, source: dataOf(source, compression === 'gzip') };
}

function dataOf(url: string, isGzip: boolean): string {
  const comma = url.indexOf(',');
  const isBase64 = url.slice(0, comma).endsWith(';base64');
  const text = url.slice(comma + 1);
  const bytes = isBase64 ? Buffer.from(text, 'base64') : Buffer.from(unescape(text), 'latin1');
  return (isGzip && bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('latin1');
}
