/**
 * The newest run on the site and what changed since the run before it of the same kind.
 */

import { formatDuration, plural } from '../../harness/model/quantity-text.js';
import type { RunRecord } from '../../harness/model/record.js';
import type { RunComparison } from '../compare-runs.js';
import {
  type ChangeKind,
  changeText,
  changeTitles,
  type StatusChange,
  worseKinds,
} from '../outcome-changes.js';
import { escapeHtml } from './escape-html.js';

/** Two runs and what changed between them. */
export interface Changes {
  readonly before: RunRecord;
  readonly after: RunRecord;
  readonly comparison: RunComparison;
}

/** What still is as it was is on the pages of the runs. */
const shownKinds: readonly ChangeKind[] = [...worseKinds, 'eased', 'fixed', 'found'];

/** How many cases of a list are shown. */
const usual = 50;

/** `reports` are the runs whose report is on the site. */
export function changesSection(
  { before, after, comparison }: Changes,
  reports: ReadonlySet<string>,
): readonly string[] {
  const { slower, untold, gone } = comparison;
  const lists = shownKinds.flatMap((kind) =>
    listOf(changeTitles[kind], outcomes(comparison[kind])),
  );
  const times = slower.map((one) => {
    const took = `${formatDuration(one.before)} to ${formatDuration(one.after)}`;
    return [one.case, took, `p ${one.p.toFixed(3)}`] as const;
  });
  const tables = [...lists, ...listOf('slower', times)];
  const few = `Durations of ${plural(untold, 'case')}: too few runs to tell.`;
  return [
    '<h1>Since the run before</h1>',
    `<p>${runName(before, reports)} to ${runName(after, reports)}</p>`,
    ...(tables.length === 0 ? ['<p>Nothing got worse, and nothing was fixed.</p>'] : tables),
    ...(gone.length > 0 ? [`<p>${plural(gone.length, 'case')} not in the newest run.</p>`] : []),
    ...(untold > 0 ? [`<p class="dim">${few}</p>`] : []),
  ];
}

function runName({ run, image, cases }: RunRecord, reports: ReadonlySet<string>): string {
  const name = escapeHtml(run);
  const shown = reports.has(run) ? `<a href="runs/${name}.html">${name}</a>` : name;
  return `${shown} (${escapeHtml(`${image.name} ${image.version}`)}, ${plural(cases.length, 'case')})`;
}

function outcomes(changes: readonly StatusChange[]): readonly (readonly string[])[] {
  return changes.map((change) => {
    const { before, after } = changeText(change);
    return [change.case, before, after];
  });
}

function listOf(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const cells = (row: readonly string[]) => row.map((cell) => `<td>${escapeHtml(cell)}</td>`);
  const more = rows.length > usual ? [`<p class="dim">and ${rows.length - usual} more</p>`] : [];
  return [
    `<h2>${rows.length} ${escapeHtml(title)}</h2>`,
    '<div class="scroll"><table><tbody>',
    ...rows.slice(0, usual).map((row) => `<tr>${cells(row).join('')}</tr>`),
    '</tbody></table></div>',
    ...more,
  ];
}
