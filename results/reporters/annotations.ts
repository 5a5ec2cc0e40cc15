/**
 * The record as GitHub workflow commands, which become annotations on files
 * (docs.github.com, "Workflow commands for GitHub Actions"): one per reason, within what GitHub
 * shows of one step.
 */

import { defined } from '../../harness/base/errors.js';
import { nameOfCase } from '../../harness/model/plan.js';
import type { CaseRecord, RunRecord } from '../../harness/model/record.js';
import { type FailureGroup, groupFailures } from '../group-failures.js';
import { decisiveAttempt, reasonOf, reproduceCommand } from './explain.js';
import { plainText, truncate } from './plain-text.js';
import { untoldByCases } from './verdict-text.js';

/** GitHub shows ten errors and ten warnings of a step. */
const shown = 10;
const messageCharacters = 2000;

type Level = 'error' | 'warning';

/** A command per line; empty when nothing is to say. */
export function annotationsReport(record: RunRecord): string {
  const groups = groupFailures(record.cases);
  const lines = (['error', 'warning'] as const).flatMap((level) => {
    const ofLevel = groups.filter(({ status }) => levelOf(status) === level);
    return levelLines(record, level, ofLevel);
  });
  return [...runLines(record), ...lines].map((line) => `${line}\n`).join('');
}

/** The run itself, of which something is wrong that no case says. */
function runLines(record: RunRecord): string[] {
  const { run, verdict } = record;
  const untold = untoldByCases(record);
  return untold === undefined
    ? []
    : [command('warning', { title: `run ${run} ${verdict}` }, untold)];
}

/** What is wrong with the image is an error, what could not be told a warning. */
function levelOf(status: CaseRecord['status']): Level {
  return status === 'failed' || status === 'flaky' ? 'error' : 'warning';
}

function levelLines(record: RunRecord, level: Level, groups: readonly FailureGroup[]): string[] {
  if (groups.length <= shown) return groups.map((group) => groupLine(record, level, group));
  const rest = groups.slice(shown - 1).flatMap(({ cases }) => cases);
  const title = `${rest.length} more cases`;
  const message = rest.map(nameOfCase).join('\n');
  const first = groups.slice(0, shown - 1).map((group) => groupLine(record, level, group));
  return [...first, command(level, { title }, message)];
}

function groupLine(record: RunRecord, level: Level, { status, cases }: FailureGroup): string {
  const [first, ...more] = cases;
  const failure = decisiveAttempt(first)?.failure;
  const subject = more.length === 0 ? nameOfCase(first) : `${cases.length} cases`;
  const where = failure ? ` in ${failure.phase} (${failure.code})` : '';
  const message = [
    reasonOf(first),
    ...(failure?.evidence ? [`evidence: ${failure.evidence}`] : []),
    ...(more.length > 0 ? [`cases: ${cases.map(nameOfCase).join(', ')}`] : []),
    `reproduce: ${reproduceCommand(record, first.suite)}`,
  ].join('\n');
  const file = `suites/${first.suite}.ts`;
  const line = lineIn(file, failure?.stack);
  return command(level, defined({ file, line, title: `${subject} ${status}${where}` }), message);
}

/** The line of the suite that the stack names first; only mapped code has the right one. */
function lineIn(file: string, stack = ''): string | undefined {
  const at = stack.indexOf(`/${file}:`);
  return at < 0 ? undefined : /^\d+/.exec(stack.slice(at + file.length + 2))?.[0];
}

function command(level: Level, properties: Readonly<Record<string, string>>, text: string): string {
  const fields = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`);
  return `::${level} ${fields.join(',')}::${data(truncate(text, messageCharacters))}`;
}

/** The escapes that the runner undoes (actions/toolkit, `@actions/core`). */
function data(text: string): string {
  return plainText(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
