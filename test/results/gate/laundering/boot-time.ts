/**
 * Attempts with a release that boots more slowly than the one before it.
 */

import type { AttemptEvidence } from '../../../../results/gate/run-evidence.js';
import { daysAgo, passed, runOf, suites } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, policyWith } from './attempt.js';

/** Runs of both releases in which every suite came to this; the time of boots is looked at. */
export async function timedBoots(
  w: GateWorld,
  before: AttemptEvidence,
  after: AttemptEvidence,
): Promise<void> {
  await w.begin();
  await policyWith(w, (policy: { edges: { rules: { kind: string }[] }[] }) => {
    for (const rule of policy.edges.flatMap(({ rules }) => rules)) {
      if (rule.kind === 'performance') Object.assign(rule, { metric: 'boot' });
    }
    return policy;
  });
  const all = (one: AttemptEvidence) => Object.fromEntries(suites.map((suite) => [suite, [one]]));
  const past = { startedAt: daysAgo(80), endedAt: daysAgo(79.9) };
  await w.addRun(runOf('4152.1.0', past, all(before)));
  await w.addRun(w.updateRun());
  await w.addRun(runOf('4230.1.0', {}, all(after)));
  await w.addReports();
}

/** Boots that took so long, on a machine with the memory of all others. */
export function booted(...bootMs: readonly number[]): AttemptEvidence {
  return { ...passed, bootMs };
}

export const attempts: readonly Attempt[] = [
  {
    name: 'slower boots than before',
    change: async (w) => await timedBoots(w, booted(9000), booted(9100, 12_000, 12_000)),
    refused: /memory: boot: expected at most 1\.15 times .*, seen 1\.33 times, in 10 cases/,
  },
  {
    name: 'slower boots of which nobody took the time',
    change: async (w) => await timedBoots(w, booted(9000), passed),
    refused: /memory: boot: expected 8 samples of each, .*, seen 0 and 0/,
  },
  {
    name: 'quick boots, all of attempts that failed',
    change: async (w) => {
      await timedBoots(w, booted(9000), { outcome: 'failed', bootMs: [9000] });
    },
    refused: /memory: boot: expected 8 samples of each, .*, seen 0 and 0/,
  },
];
