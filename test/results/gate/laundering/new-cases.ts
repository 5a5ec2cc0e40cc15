/**
 * Attempts with a case of which nothing is known from before, so that nothing speaks against it.
 */

import type { AttemptEvidence, RunEvidence } from '../../../../results/gate/run-evidence.js';
import {
  daysAgo,
  failed,
  type GateWorld,
  passed,
  pastImage,
  runOf,
} from '../../../support/gate-world.js';
import { type Attempt, victim } from './attempt.js';
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

export const attempts: readonly Attempt[] = [
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
