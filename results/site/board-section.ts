/**
 * The channels on the site: what each has, what may come next, and what keeps it away.
 */

import {
  ageOf,
  type ChannelState,
  describeMarks,
  describeNext,
  type NextRelease,
} from '../gate/board.js';
import { describeFailure } from '../gate/explain.js';
import type { GateFinding } from '../gate/rule-result.js';
import { escapeHtml } from './escape-html.js';

/** The state of the channels at a time. */
export interface Board {
  readonly channels: readonly ChannelState[];
  readonly at: Date;
}

/** How many findings of a release are shown. */
const usual = 20;

/** `reports` are the runs whose report is on the site. */
export function boardSection(
  { channels, at }: Board,
  reports: ReadonlySet<string>,
): readonly string[] {
  return [
    '<h1>Channels</h1>',
    `<p class="dim">As the gate judges at ${at.toISOString().slice(0, 16)} UTC.</p>`,
    '<div class="scroll"><table class="board"><thead><tr><th scope="col">channel</th>',
    '<th scope="col">has</th><th scope="col">for</th><th scope="col">next</th></tr></thead><tbody>',
    ...channels.map((channel) => channelRow(channel, at)),
    '</tbody></table></div>',
    ...channels.flatMap(({ channel, candidates }) =>
      candidates.flatMap((next) => whyNot(channel, next, reports)),
    ),
  ];
}

function channelRow(
  { channel, version, since, candidates, ...marks }: ChannelState,
  at: Date,
): string {
  const next = candidates.map((one) => {
    const mark = 'verdict' in one ? one.verdict.verdict : 'block';
    return `<span class="cell ${colours[mark]}">${escapeHtml(one.version)}</span> ${escapeHtml(describeNext(one))}`;
  });
  const told = [version ?? 'nothing', ...describeMarks(marks)].map(escapeHtml);
  const has = `<td>${told.join('<br>')}</td>`;
  const age = `<td>${escapeHtml(since === undefined ? '' : ageOf(since, at))}</td>`;
  const name = `<th scope="row">${escapeHtml(channel)}</th>`;
  return `<tr>${name}${has}${age}<td>${next.join('<br>')}</td></tr>`;
}

/** By the classes of the site's cells. */
const colours = {
  promote: 'passed',
  'needs-approval': 'flaky',
  hold: 'failed',
  block: 'errored',
} as const;

function whyNot(
  channel: string,
  next: NextRelease,
  reports: ReadonlySet<string>,
): readonly string[] {
  const findings = 'verdict' in next ? next.verdict.rules.flatMap((rule) => rule.findings) : [];
  const open = findings.filter(({ waivedBy }) => waivedBy === undefined);
  if (open.length === 0) return [];
  const more = open.length > usual ? [`<li>and ${open.length - usual} more</li>`] : [];
  return [
    `<details><summary>${escapeHtml(next.version)} to ${escapeHtml(channel)}</summary><ul>`,
    ...open.slice(0, usual).map((finding) => findingItem(finding, reports)),
    ...more,
    '</ul></details>',
  ];
}

/** With all that the terminal tells of it. */
function findingItem(finding: GateFinding, reports: ReadonlySet<string>): string {
  const { subject, expected, seen } = finding;
  const text = escapeHtml(`${subject}: expected ${expected}, seen ${seen}`);
  const told = escapeHtml(describeFailure(finding));
  const about = told && `<br><span class="dim">${told}</span>`;
  return `<li>${[text, about, whereOf(finding, reports)].filter(Boolean).join(' ')}</li>`;
}

/** A run whose report is not on the site is named: who has it can make one. */
function whereOf({ run, report }: GateFinding, reports: ReadonlySet<string>): string {
  if (run === undefined) return '';
  if (!reports.has(run)) return `run ${escapeHtml(run)}`;
  const fragment = /#.*$/.exec(report ?? '')?.[0] ?? '';
  return `<a href="${escapeHtml(`runs/${run}.html${fragment}`)}">report</a>`;
}
