/**
 * How full a run kept its host: what cases were given, over what there was, for as long as cases
 * waited. A low figure is a scheduler that left the host idle, or a host that held it back.
 */

import type { AttemptRecord, CaseRecord, RunRecord } from '../harness/model/record.js';
import { type Room, roomOf } from '../harness/model/room.js';

/** In milliseconds since the epoch. */
interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The sum over all attempts of their share of the budget times their time, over the time from the
 * first start of a case to the last, by the resource of which more was given: 1 is a full host.
 * Undefined when all cases started at once, the record does not say what the budget was, or it is of
 * several hosts.
 */
export function utilisationOf({ cases, budget, merged }: RunRecord): number | undefined {
  if (merged !== undefined) return undefined;
  const starts = cases.flatMap(({ attempts }) => attempts[0]?.startedAt ?? []).map(Date.parse);
  const queue = { startMs: Math.min(...starts), endMs: Math.max(...starts) };
  if (budget === undefined || !(queue.endMs > queue.startMs)) return undefined;
  const given = (what: keyof Room) => {
    const shares = cases.map((one) => roomOf(one, budget)[what] * timeIn(queue, one));
    return shares.reduce((sum, share) => sum + share, 0) / budget[what];
  };
  const full = Math.max(given('memoryMiB'), given('vcpus')) / (queue.endMs - queue.startMs);
  return Math.round(full * 1000) / 1000;
}

/** For how long attempts of the case ran within the span. */
function timeIn({ startMs, endMs }: Span, { attempts }: CaseRecord): number {
  const spans = attempts.map(spanOf);
  const within = spans.map((one) => Math.min(one.endMs, endMs) - Math.max(one.startMs, startMs));
  return within.reduce((sum, ms) => sum + Math.max(0, ms), 0);
}

function spanOf({ startedAt, durationMs = 0 }: AttemptRecord): Span {
  const startMs = Date.parse(startedAt);
  return { startMs, endMs: startMs + durationMs };
}
