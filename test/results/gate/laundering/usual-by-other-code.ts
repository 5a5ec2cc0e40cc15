/**
 * Attempts by what other suites, or parts of runs, say of the release before, where the policy says which code
 * proves something: that it failed there, too, took as much, or was left out.
 */

import type {
  AttemptEvidence,
  HistoryEntry,
  RunEvidence,
} from '../../../../results/gate/run-evidence.js';
import {
  daysAgo,
  digest,
  failed,
  passed,
  pastImage,
  runOf,
  suites,
} from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, victim } from './attempt.js';
import { budget } from './budget.js';
import { nameCode, ownCode } from './other-code.js';

const otherCode = { code: digest('suites that fail when they are asked to') };

/** Told beside what the right code shows of the release before. */
const beside = (fields: Partial<RunEvidence> = otherCode) => {
  return { run: '20260628-120000-0031', ...fields };
};

type Attempts = Readonly<Record<string, readonly AttemptEvidence[]>>;

function times(count: number, one: AttemptEvidence): AttemptEvidence[] {
  return Array.from({ length: count }, () => one);
}

function everySuite(attempts: readonly AttemptEvidence[]): Attempts {
  return Object.fromEntries(suites.map((suite) => [suite, attempts]));
}

function without(run: RunEvidence, excluded: RunEvidence['excluded'] = []): RunEvidence {
  return { ...run, cases: run.cases.filter(({ suite }) => suite !== victim), excluded };
}

const leftOut = [{ suite: victim, reason: 'the host has no TPM' }];

/** The policy names the code of these three. */
async function shownBy(
  w: GateWorld,
  now: RunEvidence,
  change: (run: RunEvidence) => RunEvidence = (run) => run,
): Promise<void> {
  await w.begin();
  const past = { ...ownCode, startedAt: daysAgo(80), endedAt: daysAgo(79.9) };
  await w.addRun(change(runOf('4152.1.0', past)));
  await w.addRun(change({ ...w.updateRun(), ...ownCode }));
  await w.addRun(now);
  await w.addReports();
  await budget(w);
  await nameCode(w);
}

const failsNow = runOf('4230.1.0', ownCode, { [victim]: times(5, failed()) });
const flakyNow = runOf('4230.1.0', ownCode, { [victim]: [failed(), passed] });
const failedOften = { [victim]: times(10, failed()) };

/** What suites came to with the release before. */
async function toldByHistory(w: GateWorld, ...told: readonly Partial<HistoryEntry>[]) {
  await shownBy(w, flakyNow);
  const entry = { suite: victim, at: daysAgo(20), ...pastImage, passed: 0, failed: 0 };
  await w.addHistory({ entries: told.map((fields) => ({ ...entry, ...fields })) });
}

const worseNow = /no-regression: etcd\/minority.*expected 0 failures of 2 .* as for 4152\.1\.0/;
const neverBefore =
  /flakes: etcd\/minority.* a case that never failed before, seen 1 failures of 2/;

export const attempts: readonly Attempt[] = [
  {
    name: 'what fails now is made usual by other suites',
    change: async (w) => {
      await shownBy(w, failsNow);
      await w.addRun(runOf('4152.1.0', beside(), failedOften));
    },
    refused: worseNow,
  },
  {
    name: 'what fails now is made usual by a part of a run, done again and again',
    change: async (w) => {
      await shownBy(w, failsNow);
      await w.addRun(runOf('4152.1.0', beside({ ...ownCode, shard: '1/4' }), failedOften));
    },
    refused: worseNow,
  },
  {
    name: 'more memory, which other suites took before',
    change: async (w) => {
      const heavy = { ...passed, memoryMiB: 900 };
      await shownBy(w, runOf('4230.1.0', ownCode, everySuite([heavy])));
      await w.addRun(runOf('4152.1.0', beside(), everySuite(times(3, heavy))));
    },
    refused: /memory: memory: expected at most 1\.15 times .*, seen 1\.76 times, in 10 cases/,
  },
  {
    name: 'left out, as other suites leave it out of the release before',
    change: async (w) => {
      await shownBy(w, without(runOf('4230.1.0', ownCode), leftOut), without);
      await w.addRun(without(runOf('4152.1.0', beside()), leftOut));
    },
    refused:
      /inventory: etcd\/minority: expected run on amd64 as for 4152\.1\.0, seen the host has/,
  },
  {
    name: 'left out now and before, though other suites had an answer before',
    change: async (w) => {
      await shownBy(w, without(runOf('4230.1.0', ownCode), leftOut), (run) =>
        without(run, leftOut),
      );
      await w.addRun(runOf('4152.1.0', beside()));
    },
    refused:
      /inventory: etcd\/minority: expected run on amd64 as for 4152\.1\.0, seen the host has/,
  },
  {
    name: 'it fails now, and other suites could not run it on the release before',
    change: async (w) => {
      await shownBy(w, flakyNow, without);
      await w.addRun(without(runOf('4152.1.0', beside()), leftOut));
    },
    refused: /no-regression: etcd\/minority.*nothing of 4152\.1\.0; run etcd\/minority on it/,
  },
  {
    name: 'nothing but other suites tells of the release before',
    change: (w) => shownBy(w, flakyNow, (run) => ({ ...run, ...otherCode })),
    refused: new RegExp(
      `no-regression: the baseline: expected runs of 4152\\.1\\.0, .*, seen runs of other code: ${otherCode.code}; run`,
    ),
  },
  {
    name: 'a flaky case is made usual by a run of other suites',
    change: async (w) => {
      await shownBy(w, flakyNow);
      await w.addRun(runOf('4152.1.0', beside(), { [victim]: [failed()] }));
    },
    refused: neverBefore,
  },
  {
    name: 'a flaky case is made usual by what other suites came to in the past',
    change: (w) => toldByHistory(w, { ...otherCode, passed: 50, failed: 2 }),
    refused: neverBefore,
  },
  {
    name: 'a flaky case is made usual by a past of which nobody knows the suites',
    change: (w) => toldByHistory(w, { passed: 50, failed: 2 }),
    refused: neverBefore,
  },
  {
    name: 'a flaky case that fails often, diluted by passes of other suites',
    change: (w) =>
      toldByHistory(
        w,
        { ...ownCode, passed: 10, failed: 20 },
        { ...otherCode, passed: 1000, at: daysAgo(10) },
      ),
    refused: /flakes: etcd\/minority.*no more than 20 % of its attempts, seen 21 failures of 32/,
  },
  {
    name: 'a flaky case that failed often by the suites of before, which the policy names no more',
    change: (w) => toldByHistory(w, { ...otherCode, passed: 10, failed: 20 }),
    refused: /flakes: etcd\/minority.*no more than 20 % of its attempts, seen 21 failures of 32/,
  },
];
