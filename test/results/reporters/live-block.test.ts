/**
 * The block at the bottom of a terminal: it fits, and it says what runs, how far and how long.
 */

import t from 'tap';
import type { LoggedEvent, RunEvent } from '../../../harness/model/events.js';
import { makePaint } from '../../../results/reporters/console-style.js';
import { liveBlock } from '../../../results/reporters/live-block.js';
import { Progress } from '../../../results/reporters/progress.js';
import { attemptEvents, logged, plannedCase, runStarted, startMs } from '../support/events.js';

const ids = Array.from({ length: 30 }, (_, index) => `area/case-number-${index}`);
const planned = ids.map((id): RunEvent => ({ kind: 'case-planned', planned: plannedCase(id) }));

/** Two cases are done, the next `running` run; the last event was `events.length` seconds in. */
function progressOf(running: number): readonly [Progress, readonly LoggedEvent[]] {
  const done = ids.slice(0, 2).flatMap((id) => attemptEvents(id, 1, { outcome: 'passed' }));
  const now = ids.slice(2, 2 + running).flatMap((id) => attemptEvents(id, 1, {}));
  const events = logged([runStarted, ...planned, ...done, ...now]);
  const progress = new Progress();
  for (const event of events) progress.apply(event);
  return [progress, events];
}

function draw(running: number, viewport: { readonly columns: number; readonly rows: number }) {
  const [progress] = progressOf(running);
  const nowMs = startMs + 131_000;
  return liveBlock({ progress, nowMs, viewport, paint: makePaint(false) });
}

t.test('what runs, how far, how long', async (t) => {
  const lines = draw(2, { columns: 100, rows: 24 });
  t.same(lines, [
    '',
    '  area/case-number-2   1:32  main-0 kernel',
    '  area/case-number-3   1:29  main-0 kernel',
    '  █░░░░░░░░░░░░░░░░░░░ 2/30  2 passed · 1 min 40 s, about 23 min 20 s left',
  ]);
});

t.test('it fits into any terminal', async (t) => {
  for (const columns of [10, 24, 40, 79]) {
    for (const rows of [4, 10, 24]) {
      const lines = draw(20, { columns, rows });
      const widest = Math.max(...lines.map((line) => [...line].length));
      t.ok(widest <= columns, `${widest} of ${columns} columns`);
      t.ok(lines.length <= Math.max(4, rows / 2 + 1), `${lines.length} of ${rows} rows`);
    }
  }
  t.ok(draw(20, { columns: 80, rows: 10 }).includes('  and 17 more'));
});

t.test('what earlier runs took tells how long this one may still take', (t) => {
  const took = [60_000, 30_000, 10_000];
  const [long, middle, short] = ids;
  if (!long || !middle || !short) throw new Error('too few ids');
  const plans = [long, middle, short].map((id, index): RunEvent => {
    const forecast = { durationMs: took[index] ?? 0 };
    return { kind: 'case-planned', planned: { ...plannedCase(id), forecast } };
  });
  const progress = new Progress();
  // The short one is done, the long one has run for some of its minute.
  const stories = [
    ...attemptEvents(short, 1, { outcome: 'passed' }),
    ...attemptEvents(long, 1, {}),
  ];
  const events = logged([runStarted, ...plans, ...stories]);
  for (const event of events) progress.apply(event);
  const began = progress.running[0]?.startedAtMs ?? 0;
  t.equal(progress.workDone(began), 0.1, 'ten seconds of a hundred');
  t.equal(progress.workDone(began + 30_000), 0.4);
  t.equal(progress.workDone(began + 600_000), 0.7, 'what takes longer than predicted is not over');
  t.end();
});
