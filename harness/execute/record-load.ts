/**
 * Writes into the event log how the host fares, every few seconds while the run lasts: what slowed a
 * case down is often found there.
 */

import { defined } from '../base/errors.js';
import type { EventSink, LoadSample } from '../model/events.js';
import type { HostLoad, LoadGauge } from './host-load.js';

/** Where from, where to and how often. */
export interface LoadRecording {
  readonly gauge: LoadGauge;
  readonly events: EventSink;
  /** Default 5,000 ms. */
  readonly intervalMs?: number;
}

/** Records until it is disposed. */
export function recordLoad({ gauge, events, intervalMs = 5_000 }: LoadRecording): Disposable {
  let before = { load: gauge.read(), atMs: performance.now() };
  const timer = setInterval(() => {
    const now = { load: gauge.read(), atMs: performance.now() };
    const sample = sampleOf(before.load, now.load, now.atMs - before.atMs);
    events.append({ kind: 'host-load', ...sample });
    before = now;
  }, intervalMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function sampleOf(before: HostLoad, now: HostLoad, elapsedMs: number): LoadSample {
  const { runnable, memoryAvailableMiB } = now;
  return defined({
    cpuBusy: busyShare(before.cpuMs, now.cpuMs),
    cpuStalled: share(before.cpuStalledMs, now.cpuStalledMs, elapsedMs),
    memoryStalled: share(before.memoryStalledMs, now.memoryStalledMs, elapsedMs),
    ioStalled: share(before.ioStalledMs, now.ioStalledMs, elapsedMs),
    runnable,
    memoryAvailableMiB,
  }) as LoadSample;
}

function busyShare(before: HostLoad['cpuMs'], now: HostLoad['cpuMs']): number | undefined {
  if (!before || !now) return undefined;
  return share(before.busy, now.busy, Math.max(1, now.total - before.total));
}

/** From 0 to 1, with three digits: more is noise. */
function share(before: number | undefined, now: number | undefined, of: number) {
  if (before === undefined || now === undefined) return undefined;
  return Math.round(Math.min(1, Math.max(0, (now - before) / of)) * 1000) / 1000;
}
