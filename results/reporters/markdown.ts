/**
 * The record as Markdown for a pull request's comment and for GitHub's step summary: the verdict
 * first, then one block per reason, cut at what GitHub takes.
 */

import { caseStatuses } from '../../harness/model/outcome.js';
import { nameOfCase } from '../../harness/model/plan.js';
import { formatDuration, plural } from '../../harness/model/quantity-text.js';
import type { CaseRecord, RunRecord } from '../../harness/model/record.js';
import { type FailureGroup, groupFailures } from '../group-failures.js';
import { decisiveAttempt, reasonOf, reproduceCommand, skipReasonOf } from './explain.js';
import { codeBlock, codeSpan, joinBlocks } from './markdown-syntax.js';
import { oneLine } from './plain-text.js';
import { whyNot } from './verdict-text.js';

/** What GitHub takes: 65,536 characters in a comment, 1 MiB in a step's summary (docs.github.com). */
export const markdownLimits = { comment: 65_536, stepSummary: 1024 * 1024 } as const;

/** Where the report goes, and what tells it from another one on the same page. */
export interface MarkdownOptions {
  readonly limitBytes?: number;
  /**
   * In the marker; default is image, channel, platform, firmware and part. A later comment replaces the
   * one with the same.
   */
  readonly key?: string;
}

/** The first line of the report, by which the comment to replace is found. Renders as nothing. */
export function stickyMarker(key: string): string {
  return `<!-- switchyard-report: ${key.replaceAll(/[^\w.@/-]/g, '_').replaceAll(/-{2,}/g, '-')} -->`;
}

function keyOf({ image, platform, cases, shard }: RunRecord): string {
  const firmware = [...new Set(cases.map((one) => one.firmware))].sort().join('-');
  const part = shard ? `@part-${shard.index}-of-${shard.count}` : '';
  return `${image.name}@${image.channel}@${platform}-${firmware}${part}`;
}

/** The whole report, within the limit, ending in a line feed. */
export function markdownReport(record: RunRecord, options: MarkdownOptions = {}): string {
  const { limitBytes = markdownLimits.comment, key = keyOf(record) } = options;
  const groups = groupFailures(record.cases);
  const blocks = [
    [stickyMarker(key), headOf(record)].join('\n'),
    aboutOf(record),
    ...record.notes.map((note) => `> note: ${codeSpan(note)}`),
    ...groups.map((group) => groupBlock(record, group)),
    ...leftOut('skipped', skippedOf(record)),
    ...leftOut('excluded', record.excluded),
  ];
  return joinBlocks(blocks, limitBytes);
}

const marks = { passed: '✅', failed: '❌', inconclusive: '❔' } as const;

function headOf(record: RunRecord): string {
  const { verdict, counts, cases } = record;
  const present = caseStatuses.filter((status) => counts[status] > 0);
  const words = present.map((status) => `${counts[status]} ${status}`).join(', ');
  const why = verdict === 'passed' ? '' : ` (${whyNot(record)})`;
  return `### ${marks[verdict]} Switchyard: ${verdict}${why}\n\n**${plural(cases.length, 'case')}:** ${words}`;
}

function aboutOf(record: RunRecord): string {
  const { image, host, platform, run, seed, startedAt, endedAt } = record;
  const took = endedAt && formatDuration(Date.parse(endedAt) - Date.parse(startedAt));
  return [
    `image ${codeSpan(`${image.name} ${image.channel} ${image.version}`)}`,
    `on ${codeSpan(`${platform} ${host.qemu} ${host.accelerator.name}`)}`,
    `run ${codeSpan(run)}, seed ${seed}${took ? `, ${took}` : ''}`,
  ].join(', ');
}

function groupBlock(record: RunRecord, { status, signature, cases }: FailureGroup): string {
  const [first] = cases;
  const where = signature ? ` in ${signature.phase} (${codeSpan(signature.code)})` : '';
  const subject = cases.length === 1 ? codeSpan(nameOfCase(first)) : `${cases.length} cases`;
  const names = cases.length === 1 ? [] : ['', namesOf(cases)];
  return [
    `<details><summary>${status}: ${cases.length === 1 ? nameOfCase(first) : subject}</summary>`,
    '',
    `${subject} ${status}${where}${cases.length > 1 ? ' for one reason' : ''}`,
    ...names,
    '',
    codeBlock(explanationOf(first), 4000),
    '',
    `reproduce: ${codeSpan(reproduceCommand(record, first.suite), 1000)}`,
    '</details>',
  ].join('\n');
}

const namesShown = 30;

function namesOf(cases: readonly CaseRecord[]): string {
  const names = cases.slice(0, namesShown).map((one) => codeSpan(nameOfCase(one)));
  const more = cases.length > namesShown ? [`and ${cases.length - namesShown} more`] : [];
  return [...names, ...more].join(', ');
}

function explanationOf(one: CaseRecord): string {
  const { evidence, steps } = decisiveAttempt(one)?.failure ?? {};
  const lines = [reasonOf(one)];
  if (steps?.length) lines.push(`in: ${steps.join(' > ')}`);
  if (evidence) lines.push(`evidence: ${oneLine(evidence)}`);
  return lines.join('\n');
}

interface LeftOut {
  readonly suite: string;
  readonly reason: string;
}

function skippedOf({ cases }: RunRecord): LeftOut[] {
  const skipped = cases.filter(({ status }) => status === 'skipped');
  return skipped.map((one) => ({ suite: one.suite, reason: skipReasonOf(one) }));
}

function leftOut(title: string, items: readonly LeftOut[]): string[] {
  if (items.length === 0) return [];
  const reasons = new Map<string, number>();
  for (const { reason } of items) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const lines = [...reasons].map(([reason, count]) => `- ${count}: ${codeSpan(reason)}`);
  return [[`${title}:`, ...lines].join('\n')];
}
