/**
 * The host's load in the event log: shares between two readings, and nothing after the end.
 */

import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import type { HostLoad } from '../../../harness/execute/host-load.js';
import { recordLoad } from '../../../harness/execute/record-load.js';
import type { RunEvent } from '../../../harness/model/events.js';

t.test('shares of the time since the reading before', async (t) => {
  let reading = 0;
  const read = (): HostLoad => {
    reading += 1;
    return {
      cpuStalledMs: 0,
      memoryStalledMs: undefined,
      ioStalledMs: reading * 60_000,
      cpuMs: { total: reading * 1000, busy: reading * 250 },
      runnable: 3,
      memoryAvailableMiB: 2048,
      memoryTotalMiB: 4096,
    };
  };
  const events: RunEvent[] = [];
  const sink = { append: (event: RunEvent) => void events.push(event) };
  {
    using _load = recordLoad({ gauge: { read }, events: sink, intervalMs: 5 });
    while (events.length < 2) await delay(1);
  }
  const seen = { cpuBusy: 0.25, cpuStalled: 0, ioStalled: 1, runnable: 3 };
  t.strictSame(events[0], { kind: 'host-load', ...seen, memoryAvailableMiB: 2048 });
  const count = events.length;
  await delay(30);
  t.equal(events.length, count, 'it has stopped');
});
