/**
 * What is learned from earlier runs: medians of time, maxima of memory and processors, and only from
 * attempts like those to come.
 */

import t from 'tap';
import type { ResourceUsage } from '../../../harness/model/platform.js';
import type { RunRecord } from '../../../harness/model/record.js';
import { forecasterOf, type LearnOptions, learnCosts } from '../../../harness/plan/learn-costs.js';
import { foldRun } from '../../../results/fold.js';
import { type AttemptStory, plannedCase, runEvents } from '../../results/support/events.js';

/** A run of one suite. */
function runOf(...attempts: AttemptStory[]): RunRecord {
  return foldRun(runEvents({ cases: { 'a/one': attempts } }), []);
}

const passed = (durationMs: number, usage?: ResourceUsage): AttemptStory => ({
  outcome: 'passed',
  durationMs,
  ...(usage && { usage }),
});

/** What is expected of the suite after these runs, newest first. */
function learn(records: readonly RunRecord[], options?: LearnOptions) {
  return forecasterOf(learnCosts(records, options))(plannedCase('a/one'));
}

t.test('nothing is known of what never ran', async (t) => {
  t.equal(learn([]), undefined);
  t.equal(learn([runOf()]), undefined);
  t.equal(forecasterOf(learnCosts([runOf(passed(1))]))(plannedCase('a/two')), undefined);
});

t.test('the median time; repetitions and other images are the same suite', async (t) => {
  t.same(learn([runOf(passed(9_000)), runOf(passed(1_000)), runOf(passed(2_000))]), {
    durationMs: 2_000,
  });
  const { suite, ...planned } = plannedCase('a/one');
  const other = { ...planned, suite, image: 'flatcar-4593', repeat: 7 };
  t.same(forecasterOf(learnCosts([runOf(passed(2_000))]))(other), { durationMs: 2_000 });
});

t.test('the most memory and processors that were measured', async (t) => {
  const records = [
    runOf(passed(10_000, { cpuSeconds: 5, peakMemoryMiB: 300.2 })),
    runOf(passed(10_000, { cpuSeconds: 12.3, peakMemoryMiB: 200 })),
    runOf(passed(10_000)),
  ];
  t.same(learn(records), { durationMs: 10_000, memoryMiB: 301, vcpus: 1.23 });
});

t.test('what passed tells more than what failed; what was cut short tells nothing', async (t) => {
  const failed: AttemptStory = { outcome: 'failed', durationMs: 99_000 };
  t.same(learn([runOf(failed, passed(5_000))]), { durationMs: 5_000 });
  t.same(learn([runOf(failed)]), { durationMs: 99_000 });
  t.equal(
    learn([runOf({ outcome: 'errored', durationMs: 3 }, { outcome: 'cancelled' })]),
    undefined,
  );
});

t.test('only the newest ten count', async (t) => {
  const records = [
    ...Array.from({ length: 10 }, () => runOf(passed(1_000))),
    ...Array.from({ length: 30 }, () => runOf(passed(9_000))),
  ];
  t.same(learn(records), { durationMs: 1_000 });
});

t.test('another accelerator is another host', async (t) => {
  const records = [runOf(passed(1_000))];
  t.same(learn(records, { accelerator: 'tcg' }), { durationMs: 1_000 });
  t.equal(learn(records, { accelerator: 'kvm' }), undefined);
});

t.test('forks say nothing about a run without them', async (t) => {
  const forked = runOf({ ...passed(1_000), start: 'fork' });
  const cold = runOf(passed(60_000));
  t.same(learn([forked, forked, cold]), { durationMs: 1_000 });
  t.same(learn([forked, forked, cold], { fork: false }), { durationMs: 60_000 });
});
