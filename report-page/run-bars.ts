/**
 * The attempts of a run as bars over time: when they waited, booted and ran, and how their machines
 * came up.
 */

import { nameOfCase } from '../harness/model/plan.js';
import type { AttemptRecord } from '../harness/model/record.js';
import type { PageData } from '../results/html/page-data.js';

/** An attempt on the time axis of the run; times in milliseconds since it began. */
export interface Bar {
  readonly index: number;
  readonly label: string;
  readonly outcome: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** When the last machine was ready; the part before is booting. */
  readonly readyMs: number;
  /** How its machines came up, as in `2 × fork`. */
  readonly starts: string;
  readonly kind: StartKind;
  /** From the beginning of the run, or the end of the attempt before. */
  readonly waitedMs: number;
  readonly vcpus: number;
  readonly memoryMiB: number;
}

/** How the machines of an attempt came up. */
export type StartKind = AttemptRecord['boots'][number]['start'] | 'mixed' | 'unknown';

/** A machine that never was ready does not say how it was started. */
function startsOf(boots: AttemptRecord['boots']): Pick<Bar, 'starts' | 'kind'> {
  const groups = [...Map.groupBy(boots, ({ start }) => start)];
  const starts = groups.map(([start, members]) => `${members.length} × ${start}`).join(', ');
  const [[first] = [], ...more] = groups;
  return { starts, kind: first === undefined ? 'unknown' : more.length > 0 ? 'mixed' : first };
}

/** When anything was last heard of; an attempt without an end went on until then. */
function lastOf({ record: { endedAt, startedAt, cases }, load }: RunPage): number {
  const attempts = cases.flatMap((one) => one.attempts);
  const times = attempts.flatMap((one) => [one.startedAt, one.endedAt ?? one.startedAt]);
  const seenMs = Date.parse(startedAt) + (load.at(-1)?.atMs ?? 0);
  return Math.max(seenMs, ...[endedAt ?? startedAt, ...times].map((at) => Date.parse(at)));
}

type RunPage = Pick<PageData, 'record' | 'load'>;

/** Milliseconds from the beginning of the run to its end, or until something was last heard of. */
export function lengthOf(page: RunPage): number {
  return Math.max(1, lastOf(page) - Date.parse(page.record.startedAt));
}

/** A bar for each attempt. */
export function barsOf({ record, load }: RunPage): Bar[] {
  const start = Date.parse(record.startedAt);
  const lastMs = lastOf({ record, load }) - start;
  return record.cases.flatMap(({ suite, repeat, cost, attempts }, index) =>
    attempts.map(({ startedAt, durationMs, outcome, boots }, number) => {
      const fromMs = Date.parse(startedAt) - start;
      const readyMs = fromMs + Math.max(0, ...boots.map((boot) => boot.readyMs));
      const { vcpus, memoryMiB } = cost;
      const toMs = durationMs === undefined ? Math.max(fromMs, lastMs) : fromMs + durationMs;
      const before = attempts[number - 1]?.endedAt;
      const waitedMs = fromMs - (before === undefined ? 0 : Date.parse(before) - start);
      const times = { fromMs, toMs, readyMs, waitedMs };
      const label = nameOfCase({ suite, repeat });
      return { index, label, outcome, ...times, ...startsOf(boots), vcpus, memoryMiB };
    }),
  );
}

/** Each bar on the first lane that is free when it begins. */
export function lanesOf(bars: readonly Bar[]): { readonly bar: Bar; readonly lane: number }[] {
  const freeAt: number[] = [];
  const sorted = [...bars].sort((a, b) => a.fromMs - b.fromMs);
  return sorted.map((bar) => {
    const free = freeAt.findIndex((at) => at <= bar.fromMs);
    const lane = free < 0 ? freeAt.length : free;
    freeAt[lane] = bar.toMs;
    return { bar, lane };
  });
}

/** How many cases had not begun yet, and how many attempts ran, at each time of a change. */
export function queueOf(
  bars: readonly Bar[],
  planned: number,
  endMs: number,
): readonly [timesMs: number[], waiting: number[], running: number[]] {
  const firsts = new Map<number, number>();
  for (const { index, fromMs } of bars) {
    firsts.set(index, Math.min(fromMs, firsts.get(index) ?? fromMs));
  }
  const changes = new Set([0, ...bars.flatMap(({ fromMs, toMs }) => [fromMs, toMs]), endMs]);
  const times = [...changes].sort((a, b) => a - b);
  const begun = [...firsts.values()];
  return [
    times,
    times.map((ms) => planned - begun.filter((from) => from <= ms).length),
    times.map((ms) => bars.filter(({ fromMs, toMs }) => fromMs <= ms && ms < toMs).length),
  ];
}
