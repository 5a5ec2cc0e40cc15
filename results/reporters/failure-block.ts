/**
 * How one ended attempt looks on the console: a line when there is nothing to explain, else a block
 * that says where it broke, what proves it, where to look and how to repeat it.
 */

import { join } from 'node:path';
import type { Outcome } from '../../harness/model/outcome.js';
import { nameOfCase } from '../../harness/model/plan.js';
import { formatDuration } from '../../harness/model/quantity-text.js';
import type { RunRecord } from '../../harness/model/record.js';
import { inColourOf, markOf, type Paint } from './console-style.js';
import { evidencePath, reproduceCommand } from './explain.js';
import { oneLine, plainText } from './plain-text.js';
import type { FinishedAttempt } from './progress.js';

/** What the lines of an attempt refer to. */
export interface BlockContext {
  /** Only what a command to repeat the case needs. */
  readonly run: Pick<RunRecord, 'argv' | 'seed'>;
  /** As it should be printed: relative to where the user is, if possible. */
  readonly runDirectory: string;
  readonly paint: Paint;
}

/** The lines for an attempt that has just ended. */
export function attemptLines(one: FinishedAttempt, context: BlockContext): string[] {
  const { paint } = context;
  const took = formatDuration(one.durationMs);
  const name = paint('bold', nameOfCase(one));
  if (one.outcome === 'passed') return [passedLine(one, name, paint)];
  const mark = markOf(one.outcome, paint);
  if (one.outcome === 'skipped') {
    return [`${mark} ${name}  skipped: ${oneLine(one.skipped ?? 'no reason given')}`];
  }
  const code = one.failure ? ` in ${one.failure.phase} (${one.failure.code})` : '';
  const again = one.attempt > 1 ? `, attempt ${one.attempt}` : '';
  const what = inColourOf(one.outcome, `${one.outcome}${code}`, paint);
  const blame = blames[one.outcome] ?? '';
  const head = `${mark} ${name}  ${what} after ${took}${again}${blame}`;
  return [head, ...explanation(one, context).map((line) => `    ${line}`)];
}

const blames: Readonly<Partial<Record<Outcome, string>>> = {
  errored: '; the host or the harness is at fault',
};

function passedLine(one: FinishedAttempt, name: string, paint: Paint): string {
  const took = paint('dim', formatDuration(one.durationMs));
  const mark = markOf(one.status, paint);
  if (one.status === 'flaky') {
    const what = inColourOf('flaky', `flaky: passed in attempt ${one.attempt}`, paint);
    return `${mark} ${name}  ${what} after it had failed  ${took}`;
  }
  return `${mark} ${name}  ${took}${one.attempt > 1 ? `  attempt ${one.attempt}` : ''}`;
}

function explanation(one: FinishedAttempt, { run, runDirectory, paint }: BlockContext): string[] {
  const { failure, outcome, suite } = one;
  if (failure === undefined) return [];
  const message = plainText(failure.message).trim().split('\n');
  if (outcome === 'cancelled') return message.slice(0, 1);
  const path = evidencePath({ ...one, failure });
  const label = (text: string) => paint('dim', text.padEnd(10));
  return [
    ...message.slice(0, 20).map((line) => oneLine(line, 2000)),
    ...(failure.evidence ? [`${label('evidence')}${oneLine(failure.evidence)}`] : []),
    ...(failure.steps?.length ? [`${label('step')}${oneLine(failure.steps.join(' › '))}`] : []),
    `${label(labelOf(path))}${join(runDirectory, path)}`,
    `${label('again')}${reproduceCommand(run, suite)}`,
  ];
}

function labelOf(path: string): string {
  if (path.endsWith('.jsonl')) return 'journal';
  return path.endsWith('.log') ? 'console' : 'look in';
}
