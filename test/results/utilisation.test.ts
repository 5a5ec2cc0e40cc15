/**
 * How full a host was, from records whose answer can be seen.
 */

import t from 'tap';
import type { Budget } from '../../harness/model/plan.js';
import type { AttemptRecord, RunRecord } from '../../harness/model/record.js';
import { foldRun } from '../../results/fold.js';
import { utilisationOf } from '../../results/utilisation.js';
import { plannedCase, runEvents } from './support/events.js';

const budget: Budget = { memoryMiB: 4096, vcpus: 4 };

/** Cases that keep 2 vCPUs busy and have 1 GiB, each with the seconds at which its attempts begin and end. */
function recordOf(...cases: readonly (readonly (readonly [number, number])[])[]): RunRecord {
  const empty = foldRun(runEvents({ cases: {} }), []);
  const attempts = cases.map((spans) =>
    spans.map(([start, end], n) => {
      const startedAt = new Date(start * 1000).toISOString();
      return { attempt: n + 1, startedAt, durationMs: (end - start) * 1000 } as AttemptRecord;
    }),
  );
  const records = attempts.map((list, n) => {
    const forecast = { durationMs: 10_000, vcpus: 2 };
    return { ...plannedCase(`a/s${n}`), forecast, status: 'passed', attempts: list } as const;
  });
  return { ...empty, budget, cases: records };
}

t.test('two of four vCPUs are half of a host, four are all of it', async (t) => {
  t.equal(utilisationOf(recordOf([[0, 10]], [[10, 20]])), 0.5);
  t.equal(utilisationOf(recordOf([[0, 10]], [[0, 10]], [[10, 20]])), 1);
});

t.test('only the time until the last case starts counts', async (t) => {
  t.equal(utilisationOf(recordOf([[0, 60]], [[30, 40]])), 0.5);
});

t.test('attempts of a case count, the time between them does not', async (t) => {
  const twice = [
    [0, 10],
    [20, 30],
  ] as const;
  t.equal(utilisationOf(recordOf(twice, [[40, 50]])), 0.25);
});

t.test('nothing is said of several hosts', async (t) => {
  const record = recordOf([[0, 10]], [[10, 20]]);
  const merged = [record.run, record.run];
  t.equal(utilisationOf({ ...record, merged }), undefined);
});

t.test('nothing is said where no case waited or the budget is unknown', async (t) => {
  t.equal(utilisationOf(recordOf()), undefined);
  t.equal(utilisationOf(recordOf([[0, 10]], [[0, 20]])), undefined);
  const { budget: _, ...old } = recordOf([[0, 10]], [[10, 20]]);
  t.equal(utilisationOf(old), undefined);
});
