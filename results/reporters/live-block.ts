/**
 * The block at the bottom of a terminal while a run is on: what runs now, how far it is, how long
 * it may still take.
 */

import { caseStatuses } from '../../harness/model/outcome.js';
import { nameOfCase } from '../../harness/model/plan.js';
import { formatDuration } from '../../harness/model/quantity-text.js';
import { inColourOf, type Paint } from './console-style.js';
import { oneLine, truncate } from './plain-text.js';
import type { Progress, RunningAttempt } from './progress.js';

/** The terminal that the block must fit into. */
export interface Viewport {
  readonly columns: number;
  readonly rows: number;
}

/** What the block is drawn from. */
export interface LiveView {
  readonly progress: Progress;
  readonly nowMs: number;
  readonly viewport: Viewport;
  readonly paint: Paint;
}

/** The lines of the block, none wider than the terminal, about half of its height at most. */
export function liveBlock(view: LiveView): string[] {
  const { progress, viewport } = view;
  const running = progress.running;
  const room = Math.max(1, Math.floor(viewport.rows / 2) - 2);
  const shown = running.slice(0, room);
  const nameWidth = Math.min(36, Math.max(0, ...shown.map((one) => nameOfCase(one.case).length)));
  const lines = shown.map((one) => runningLine(one, nameWidth, view));
  const hidden = running.length - shown.length;
  const more = hidden > 0 ? [truncate(`  and ${hidden} more`, viewport.columns)] : [];
  return ['', ...lines, ...more, progressLine(view)];
}

function runningLine(one: RunningAttempt, nameWidth: number, view: LiveView): string {
  const name = truncate(nameOfCase(one.case), nameWidth).padEnd(nameWidth);
  const elapsed = stopwatch(view.nowMs - one.startedAtMs).padStart(5);
  const again = one.attempt > 1 ? [`attempt ${one.attempt}`] : [];
  const machine = one.latest ? [`${one.latest.machine} ${one.latest.phase}`] : [];
  const step = [...one.steps.values()].at(-1);
  const title = step === undefined ? [] : [oneLine(step)];
  const now = [...again, ...machine, ...title].join(' · ') || 'starts';
  const text = truncate(`  ${name}  ${elapsed}  `, view.viewport.columns);
  const room = view.viewport.columns - text.length;
  return room < 1 ? text : text + view.paint('dim', truncate(now, room));
}

function stopwatch(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function progressLine(view: LiveView): string {
  const { progress, viewport, paint } = view;
  const { done, total } = progress;
  const head = `${bar(done, total)} ${done}/${total}  `;
  const tail = `${countWords(progress)
    .map(([, word]) => word)
    .join(', ')}${timing(view)}`;
  if (head.length + tail.length > viewport.columns) return truncate(head, viewport.columns);
  const counts = countWords(progress).map(([status, word]) => inColourOf(status, word, paint));
  return `${head}${counts.join(', ')}${timing(view)}`;
}

function bar(done: number, total: number): string {
  const width = 20;
  const full = total === 0 ? 0 : Math.floor((done / total) * width);
  return `  ${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}

function countWords(progress: Progress) {
  const counts = progress.counts();
  const present = caseStatuses.filter((status) => counts.has(status));
  return present.map((status) => [status, `${counts.get(status)} ${status}`] as const);
}

function timing({ progress, nowMs }: LiveView): string {
  const { firstAttemptMs, done, total } = progress;
  if (firstAttemptMs === undefined) return '';
  const elapsedMs = Math.max(0, nowMs - firstAttemptMs);
  const soFar = `${done > 0 ? ' · ' : ''}${wholeSeconds(elapsedMs)}`;
  const predicted = progress.workDone(nowMs);
  // One finished case, or a little of what was predicted, says too little to promise anything.
  if (done === total || (predicted === undefined ? done < 2 : predicted < 0.05)) return soFar;
  const share = predicted ?? done / total;
  return `${soFar}, about ${wholeSeconds((elapsedMs / share) * (1 - share))} left`;
}

function wholeSeconds(durationMs: number): string {
  const ms = Math.max(1, Math.round(durationMs / 1000)) * 1000;
  return formatDuration(ms).replace('.0 s', ' s');
}
