/**
 * The last lines of a run on the console: the verdict, every status that occurred, what was left
 * out and why, and where the reports are.
 */

import { join } from 'node:path';
import { caseStatuses } from '../../harness/model/outcome.js';
import { nameOfCase } from '../../harness/model/plan.js';
import { formatDuration, plural } from '../../harness/model/quantity-text.js';
import type { CaseRecord, RunRecord } from '../../harness/model/record.js';
import { groupFailures } from '../group-failures.js';
import { runFiles } from '../run-files.js';
import { inColourOf, markOf, type Paint } from './console-style.js';
import { decisiveAttempt, reasonOf, skipReasonOf } from './explain.js';
import { oneLine } from './plain-text.js';
import { whyNot } from './verdict-text.js';

/** What the summary is printed for. */
export interface SummaryContext {
  readonly runDirectory: string;
  readonly paint: Paint;
}

/** The lines of the summary. */
export function finalSummary(record: RunRecord, context: SummaryContext): string[] {
  const { paint } = context;
  return [
    '',
    verdictLine(record, paint),
    `  ${countsLine(record, paint)}`,
    ...problemLines(record, paint),
    ...groupLines('skipped', reasonsOfSkipped(record)),
    ...groupLines('excluded', reasonsOfExcluded(record)),
    ...leftovers(record, paint),
    ...record.notes.map((note) => `  ${paint('yellow', 'note')} ${oneLine(note)}`),
    '',
    ...footer(record, context).map(([name, value]) => `  ${paint('dim', name.padEnd(8))}${value}`),
  ];
}

function verdictLine(record: RunRecord, paint: Paint): string {
  const { verdict, cases, counts } = record;
  const colour = ({ passed: 'green', failed: 'red', inconclusive: 'magenta' } as const)[verdict];
  const head = paint(['bold', colour], verdict.toUpperCase());
  if (verdict === 'passed') return `${head}  ${counts.passed} of ${plural(cases.length, 'case')}`;
  return `${head}  ${whyNot(record)}`;
}

function countsLine({ counts }: RunRecord, paint: Paint): string {
  const present = caseStatuses.filter((status) => counts[status] > 0);
  const words = present.map((status) => inColourOf(status, `${counts[status]} ${status}`, paint));
  return words.length > 0 ? words.join(', ') : 'no cases';
}

/** One line each, worst first: in a long run the blocks have scrolled away. */
function problemLines({ cases }: RunRecord, paint: Paint): string[] {
  return groupFailures(cases).flatMap(({ status, cases: [first, ...more] }) => {
    const mark = markOf(status, paint);
    if (more.length === 0) return [`  ${mark} ${nameOfCase(first)}  ${cause(first)}`];
    const names = [first, ...more].map(nameOfCase).join(', ');
    return [
      `  ${mark} ${more.length + 1} cases ${cause(first)} (one reason)`,
      `    ${oneLine(names, 2000)}`,
    ];
  });
}

function cause(one: CaseRecord): string {
  const failure = decisiveAttempt(one)?.failure;
  if (failure === undefined) return `${one.status}: ${reasonOf(one)}`;
  return `${one.status} in ${failure.phase} (${failure.code}): ${oneLine(failure.message, 120)}`;
}

interface LeftOut {
  readonly suite: string;
  readonly reason: string;
}

function reasonsOfSkipped({ cases }: RunRecord): LeftOut[] {
  const skipped = cases.filter(({ status }) => status === 'skipped');
  return skipped.map((one) => ({ suite: nameOfCase(one), reason: skipReasonOf(one) }));
}

function reasonsOfExcluded({ excluded }: RunRecord): LeftOut[] {
  return excluded.map((one) => ({ suite: nameOfCase(one), reason: one.reason }));
}

function groupLines(title: string, items: readonly LeftOut[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { suite, reason } of items) {
    groups.set(reason, [...(groups.get(reason) ?? []), suite]);
  }
  return [...groups].map(([reason, suites]) => {
    const names = oneLine(suites.join(', '), 200);
    return `  – ${title} ${suites.length}: ${oneLine(reason, 160)} (${names})`;
  });
}

function leftovers({ cases }: RunRecord, paint: Paint): string[] {
  const failures = cases.flatMap((one) => one.attempts.flatMap((a) => a.cleanupFailures));
  const lines = failures.map(({ code, message }) => `${oneLine(message, 200)} (${code})`);
  const tagged = lines.map((line) => `  ${paint('yellow', 'left behind')} ${line}`);
  return tagged.length > 0 ? [...tagged, '  run ./yard reap to remove what is left'] : [];
}

function footer(
  { startedAt, endedAt, seed }: RunRecord,
  { runDirectory }: SummaryContext,
): [string, string][] {
  const wallMs = endedAt === undefined ? undefined : Date.parse(endedAt) - Date.parse(startedAt);
  return [
    ['took', `${wallMs === undefined ? 'unknown' : formatDuration(wallMs)}, seed ${seed}`],
    ['record', join(runDirectory, runFiles.record)],
    ['log', join(runDirectory, runFiles.events)],
    ['TAP', join(runDirectory, runFiles.tap)],
    ['JUnit', join(runDirectory, runFiles.junit)],
    ['HTML', `./yard report ${runDirectory} --format html`],
  ];
}
