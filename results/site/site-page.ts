/**
 * The index of the site: one HTML page without scripts. What the newest run changed, a heat map of cases
 * and runs, the flaky and the slow ones, and a chart of each case's durations.
 */

import { formatDuration } from '../../harness/model/quantity-text.js';
import { oneLine } from '../reporters/plain-text.js';
import { type Board, boardSection } from './board-section.js';
import { type Changes, changesSection } from './changes-section.js';
import { escapeHtml } from './escape-html.js';
import type { SiteCase, SiteCell, SiteData, SiteRun } from './site-data.js';
import { siteStyle } from './site-style.js';

/** What the page shows beside the history, where there is such a thing. */
export interface SiteExtras {
  /** What the gate says of its channels. */
  readonly board?: Board | undefined;
  /** What the newest run changed. */
  readonly changes?: Changes | undefined;
}

/** By which a page of this kind is known. */
export const siteTitle = '<title>Switchyard: runs</title>';

/** The page; `reports` are the runs whose report is beside it. */
export function sitePage(
  data: SiteData,
  reports: ReadonlySet<string>,
  { board, changes }: SiteExtras = {},
): string {
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8">${siteTitle}`,
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<style>${siteStyle}</style></head><body>`,
    '<header><strong>Switchyard</strong> <span class="dim">',
    `${data.runs.length} runs, ${data.cases.length} cases</span></header><main>`,
    ...(board ? boardSection(board, reports) : []),
    ...(changes ? changesSection(changes, reports) : []),
    ...heatMap(data, reports),
    ...flakes(data),
    ...slowCases(data),
    ...durations(data),
    '</main></body></html>',
    '',
  ].join('\n');
}

/** The newest first: it is what one looks for, and a wide table is cut at its end. */
function heatMap({ runs, cases }: SiteData, reports: ReadonlySet<string>): readonly string[] {
  if (runs.length === 0) return ['<p>No run has ended yet.</p>'];
  const head = runs.toReversed().map((run) => `<th scope="col">${runLink(run, reports)}</th>`);
  return [
    '<h1>Cases over runs</h1>',
    '<p class="dim">One column for each run, newest first; times are UTC.</p>',
    '<div class="scroll"><table class="heat">',
    `<thead><tr><th scope="col">case</th>${head.join('')}</tr></thead><tbody>`,
    ...cases.map((one, index) => heatRow(one, index, runs)),
    '</tbody></table></div>',
  ];
}

function runLink(
  { run, image, version, verdict, startedAt }: SiteRun,
  reports: ReadonlySet<string>,
) {
  const title = `${run}: ${verdict}, ${image} ${version}, ${startedAt}`;
  const when = `${escapeHtml(startedAt.slice(5, 10))}<br>${escapeHtml(startedAt.slice(11, 16))}`;
  const name = `<span class="cell ${escapeHtml(verdict)}">${when}</span>`;
  if (!reports.has(run)) return `<span title="${escapeHtml(title)}">${name}</span>`;
  return `<a href="runs/${escapeHtml(run)}.html" title="${escapeHtml(title)}">${name}</a>`;
}

/** A case that never started has no duration. */
function titleOf({ status, durationMs }: SiteCell, run: SiteRun | undefined): string {
  return `${run?.run}: ${status}${durationMs > 0 ? `, ${formatDuration(durationMs)}` : ''}`;
}

function heatRow({ case: id, suite, cells }: SiteCase, index: number, runs: readonly SiteRun[]) {
  const shown = cells.map((cell, at) => {
    if (!cell) return '<td></td>';
    const title = titleOf(cell, runs[at]);
    const mark = marks[cell.status] ?? '?';
    return `<td><span class="cell ${cell.status}" title="${escapeHtml(title)}">${mark}</span></td>`;
  });
  const name = `<a href="#case-${index}" title="${escapeHtml(id)}">${escapeHtml(suite)}</a>`;
  return `<tr><th scope="row">${name}</th>${shown.reverse().join('')}</tr>`;
}

/** Not by colour alone. */
const marks: Readonly<Record<string, string>> = {
  passed: '✓',
  failed: '✗',
  flaky: '~',
  errored: '!',
  missing: '?',
  cancelled: '–',
  skipped: 's',
};

function flakes({ flakes: found }: SiteData): readonly string[] {
  if (found.length === 0)
    return ['<h2>Flaky</h2><p>No case passed and failed on the same image and accelerator.</p>'];
  const percent = (rate: number) => `${Math.round(rate * 100)} %`;
  const rows = found
    .slice(0, 50)
    .map(({ case: id, failed, attempts, bounds, direction, signatures }) => {
      const causes = signatures.map(
        ({ count, code, text }) => `${count} × ${code}: ${oneLine(text, 90)}`,
      );
      const cells = [
        id,
        `${failed} of ${attempts}`,
        `${percent(bounds.low)} to ${percent(bounds.high)}`,
        direction,
        causes.join('; '),
      ];
      return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;
    });
  return [
    '<h2>Flaky</h2>',
    '<div class="scroll"><table><thead><tr><th>case</th><th>failed</th><th>rate, 95 %</th>',
    '<th>trend</th><th>causes</th></tr></thead><tbody>',
    ...rows,
    '</tbody></table></div>',
  ];
}

function slowCases({ slow }: SiteData): readonly string[] {
  const rows = slow.slice(0, 20).map((one) => {
    const { case: id, accelerator, medianMs, p95Ms, share, passes } = one;
    const { medianCpuSeconds, peakMemoryMiB } = one;
    const times = [
      formatDuration(medianMs),
      formatDuration(p95Ms),
      `${(share * 100).toFixed(1)} %`,
      medianCpuSeconds === undefined ? '' : `${medianCpuSeconds.toFixed(1)} s`,
      peakMemoryMiB === undefined ? '' : `${Math.round(peakMemoryMiB)} MiB`,
    ];
    const cells = [id, accelerator, ...times, `${passes}`].map(
      (cell) => `<td>${escapeHtml(cell)}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  return [
    '<h2>Slow</h2>',
    '<div class="scroll"><table><thead><tr><th>case</th><th>accelerator</th><th>median</th><th>95 %</th>',
    '<th>share</th><th>CPU</th><th>memory</th><th>passes</th></tr></thead><tbody>',
    ...rows,
    '</tbody></table></div>',
  ];
}

function durations({ cases, runs }: SiteData): readonly string[] {
  const charts = cases.map((one, index) => {
    const timed = one.cells.flatMap((cell) =>
      cell && cell.durationMs > 0 ? [cell.durationMs] : [],
    );
    const longest = Math.max(0, ...timed);
    return [
      `<section id="case-${index}"><h3>${escapeHtml(one.suite)}</h3>`,
      `<p class="dim">${escapeHtml(one.case)}, at most ${formatDuration(longest)}</p>`,
      chart(one, longest, runs),
      '</section>',
    ].join('\n');
  });
  return ['<h2>Durations</h2>', ...charts];
}

const height = 60;
const step = 14;

/** A bar for each run, its colour by what the case came to. */
function chart({ suite, cells }: SiteCase, longest: number, runs: readonly SiteRun[]): string {
  const bars = cells.map((cell, at) => {
    if (!cell || longest === 0) return '';
    const tall = Math.max(1, (cell.durationMs / longest) * height);
    const title = titleOf(cell, runs[at]);
    const place = `x="${at * step}" y="${(height - tall).toFixed(1)}" width="${step - 3}"`;
    const rect = `<rect class="${cell.status}" ${place} height="${tall.toFixed(1)}">`;
    return `${rect}<title>${escapeHtml(title)}</title></rect>`;
  });
  const width = Math.max(1, cells.length) * step;
  const label = `durations of ${escapeHtml(suite)}`;
  return `<svg role="img" aria-label="${label}" width="${width}" height="${height}">${bars.join('')}</svg>`;
}
