/**
 * Attempts with a case of which nothing is known from before, so that nothing speaks against it.
 */

import type { AttemptEvidence, RunEvidence } from '../../../../results/gate/run-evidence.js';
import { daysAgo, failed, passed, pastImage, runOf } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, another, victim } from './attempt.js';
import { budget } from './budget.js';

function withoutVictim(run: RunEvidence): RunEvidence {
  return { ...run, cases: run.cases.filter(({ suite }) => suite !== victim) };
}

/** The release before was tested, but for one suite, which is flaky now and left to the budget. */
export async function unknownBefore(
  w: GateWorld,
  attempts: readonly AttemptEvidence[],
): Promise<void> {
  await w.begin();
  await budget(w);
  const before = runOf('4152.1.0', { startedAt: daysAgo(80), endedAt: daysAgo(79.9) });
  await w.addRun(withoutVictim(before));
  await w.addRun(withoutVictim(w.updateRun()));
  await w.addRun(runOf('4230.1.0', {}, { [victim]: attempts }));
  await w.addReports();
}

/** Nor does the history know it. */
export async function unknownEver(
  w: GateWorld,
  attempts: readonly AttemptEvidence[],
): Promise<void> {
  await unknownBefore(w, attempts);
  const entry = { at: daysAgo(50), ...pastImage, passed: 10, failed: 0 };
  await w.addHistory({ entries: [{ ...entry, suite: 'boot/reboot' as typeof victim }] });
}

/** A case that never failed in so many runs does now, and then not. */
async function firstFailure(w: GateWorld, attempts: readonly AttemptEvidence[]): Promise<void> {
  await budget(w);
  const entry = { suite: victim, at: daysAgo(50), ...pastImage, passed: 500, failed: 0 };
  await w.addHistory({ entries: [entry] });
  await another({}, { [victim]: attempts })(w);
}

export const attempts: readonly Attempt[] = [
  {
    name: 'run until it is green what never failed before',
    change: (w) => firstFailure(w, [failed(), passed]),
    refused:
      /flakes: etcd\/minority.* a case that never failed before, seen 1 failures of 3, and none of 50\d before; run it \d+ times more/,
  },
  {
    name: 'run until it is green what fails mostly and never did before',
    change: (w) => firstFailure(w, [failed(), failed(), passed]),
    refused: /flakes: etcd\/minority.* a case that never failed before, seen 2 failures of 4/,
  },
  {
    name: 'a case that fails now, and was not run on the release before',
    change: (w) => unknownBefore(w, [failed(), passed]),
    refused:
      /no-regression: etcd\/minority.*seen 1 failures of 2 .*nothing of 4152\.1\.0; run etcd\/minority on it/,
  },
  {
    name: 'a new case that passed once after it had failed',
    change: (w) => unknownEver(w, [failed(), passed]),
    refused:
      /flakes: etcd\/minority.*seen 1 failures of 2, and nothing from before; run it 25 times/,
  },
  {
    name: 'a new case that fails two times of three',
    change: (w) => unknownEver(w, [failed(), failed(), passed]),
    refused: /flakes: etcd\/minority.*20 % of the attempts of a new case, seen 2 failures of 3/,
  },
];
