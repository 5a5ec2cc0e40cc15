/**
 * Several runs after each other with one history, from the plan to the record on disk: what a run
 * learns changes the order of the next one, and never which cases a part of a plan has.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { systemClock } from '../../../harness/base/clock.js';
import { pause } from '../../../harness/base/poll.js';
import { runPlan } from '../../../harness/execute/run-plan.js';
import type { SuiteId } from '../../../harness/model/ids.js';
import type { Shard } from '../../../harness/model/plan.js';
import type { RunRecord } from '../../../harness/model/record.js';
import type { Suite } from '../../../harness/model/suite.js';
import { forecasterOf, learnCosts } from '../../../harness/plan/learn-costs.js';
import { makePlan } from '../../../harness/plan/make-plan.js';
import { openEventLog } from '../../../results/event-log.js';
import { foldRun } from '../../../results/fold.js';
import { readHistory } from '../../../results/history.js';
import { readEventLog } from '../../../results/read-event-log.js';
import { writeRecord } from '../../../results/record-file.js';
import { runStarted } from '../../results/support/events.js';
import { FakePlatform } from '../../support/fake-platform.js';
import { fakeDescriptor, fakeImage, fakeSuite } from '../../support/fixtures.js';

const budget = { memoryMiB: 8192, vcpus: 2 };
const usage = { cpuSeconds: 0.001, peakMemoryMiB: 300 };

/** The n-th run in the directory, as the command line wires it. */
async function runNth(
  runs: string,
  n: number,
  { suites, shard }: { readonly suites: readonly Suite[]; readonly shard?: Shard },
): Promise<RunRecord> {
  const history = await readHistory(runs);
  const plan = makePlan({
    suites,
    image: fakeDescriptor(),
    platform: { name: 'fake', capabilities: [] },
    seed: n,
    budget,
    whyNot: () => undefined,
    shard,
    forecastOf: forecasterOf(learnCosts(history)),
    shardForecastOf: forecasterOf(
      learnCosts(history.filter((record) => record.shard === undefined)),
    ),
  });
  const directory = join(runs, `2026010${n}-000000-aaaa`);
  await mkdir(directory);
  const file = join(directory, 'events.jsonl');
  const events = await openEventLog(file, systemClock);
  events.append({
    ...runStarted,
    argv: ['run'],
    budget,
    ...(shard && { shard }),
  } as typeof runStarted);
  await runPlan({
    plan,
    suites: new Map(suites.map((suite) => [suite.id as SuiteId, suite])),
    image: fakeImage(),
    platform: new FakePlatform({ usage }),
    events,
    runDirectory: directory,
    budget,
    retries: 0,
    signal: new AbortController().signal,
  });
  events.append({ kind: 'run-ended', interrupted: false });
  await events.close();
  const log = await readEventLog(file);
  const record = foldRun(log.events, log.notes);
  await writeRecord(directory, record, log.head);
  return record;
}

/** A suite that takes its time. */
function timed(id: string, durationMs: number): Suite {
  return fakeSuite(id, { run: async ({ signal }) => await pause(durationMs, signal) });
}

t.test('the next run starts with what took longest, and gives what was measured', async (t) => {
  const runs = t.testdir();
  const suites = [timed('a/s1', 5), timed('a/long', 300), timed('a/s2', 5), timed('a/s3', 5)];
  const first = await runNth(runs, 1, { suites });
  t.notOk(first.cases.some(({ forecast }) => forecast));
  const second = await runNth(runs, 2, { suites });
  t.equal(second.cases[0]?.suite, 'a/long');
  t.match(second.cases[0]?.forecast, { memoryMiB: 300 });
  t.equal(second.verdict, 'passed');
  const starts = second.cases.map(({ attempts }) => attempts[0]?.startedAt ?? '');
  t.equal([...starts].sort()[0], starts[0]);
});

t.test('parts in turn on one host are the whole, though each run is learned from', async (t) => {
  const runs = t.testdir();
  const suites = Array.from({ length: 12 }, (_, n) => timed(`a/s${n}`, 2 + 20 * (n % 3)));
  const known = suites.slice(0, 7);
  await runNth(runs, 1, { suites: known });
  const parts: RunRecord[] = [];
  for (const index of [1, 2, 3]) {
    parts.push(await runNth(runs, index + 1, { suites, shard: { index, count: 3 } }));
  }
  const ran = parts.flatMap(({ cases }) => cases.map(({ suite }) => suite)).sort();
  t.same(ran, suites.map(({ id }) => id).sort());
  for (const { counts, verdict, cases } of parts) {
    t.equal(verdict, 'passed', 'a part is judged by its own cases');
    t.same([counts.missing, counts.excluded], [0, 12 - cases.length]);
  }
});
