/**
 * Attempts by a past that is not the release's, or that is nothing beside what it shows itself.
 */

import type { HistoryEntry } from '../../../../results/gate/run-evidence.js';
import {
  candidate,
  daysAgo,
  digest,
  failed,
  passed,
  pastImage,
  runOf,
  suites,
} from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, another, policyWith, victim } from './attempt.js';
import { budget, flaky } from './budget.js';

function pastOf(version: string, fields: Partial<HistoryEntry>): HistoryEntry {
  const imageSha256 = digest(`image ${version}`);
  return {
    suite: victim,
    at: daysAgo(20),
    passed: 0,
    failed: 0,
    ...pastImage,
    imageSha256,
    ...fields,
  };
}

const oftenFailed = pastOf('4152.1.0', { passed: 10, failed: 20 });

/** A case that failed often in beta is flaky, and very many passes of another image are told beside it. */
async function dilutedBy(w: GateWorld, version: string): Promise<void> {
  await flaky(w);
  await w.addHistory({ entries: [oftenFailed, pastOf(version, { passed: 1000 })] });
}

/** The candidate comes from this release of alpha, too. */
async function alsoFrom(w: GateWorld, version: string): Promise<void> {
  const { lineage, ...rest } = candidate('4230.1.0');
  const other = { version, channel: 'alpha', publishedAt: daysAgo(70) };
  await w.addCandidate({ ...rest, lineage: [...lineage, other] });
}

/** Three of ten cases are flaky once, as each of them was before, and the policy has room for few. */
async function manyFlaky(w: GateWorld): Promise<void> {
  await policyWith(w, (policy: { edges: { rules: { kind: string; flaky?: string }[] }[] }) => {
    for (const rule of policy.edges.flatMap(({ rules }) => rules)) {
      if (rule.kind === 'must-pass') rule.flaky = 'budget';
    }
    return policy;
  });
  const some = suites.slice(0, 3);
  const attempts = some.map((suite) => [suite, [failed(), passed]] as const);
  await another({}, Object.fromEntries(attempts))(w);
  const before = { passed: 99, failed: 1 };
  await w.addHistory({ entries: some.map((suite) => pastOf('4152.1.0', { suite, ...before })) });
}

const often = /flakes: etcd\/minority.*no more than 20 % of its attempts, seen 21 failures of 33/;

export const attempts: readonly Attempt[] = [
  {
    name: 'a flaky case excused by passes of another branch',
    change: async (w) => {
      await w.addCandidate(candidate('4344.1.0'));
      await dilutedBy(w, '4344.1.0');
    },
    refused: often,
  },
  {
    name: 'a flaky case excused by passes of another branch, named in the lineage',
    change: async (w) => {
      await w.addCandidate(candidate('4344.0.0'));
      await alsoFrom(w, '4344.0.0');
      await dilutedBy(w, '4344.0.0');
    },
    refused: often,
  },
  {
    name: 'a flaky case excused by passes of images that the release before it in alpha never had',
    change: async (w) => {
      await w.publish('alpha', candidate('4230.0.0'));
      await w.addCandidate(candidate('4230.0.0', { images: candidate('4344.0.0').images }));
      await dilutedBy(w, '4344.0.0');
    },
    refused: often,
  },
  {
    name: 'a flaky case excused by its own passes, which the history tells once more',
    change: async (w) => {
      await alsoFrom(w, '4230.1.0');
      await dilutedBy(w, '4230.1.0');
    },
    refused: often,
  },
  {
    name: 'a case that never failed before, called usual by failures of another branch',
    change: async (w) => {
      await budget(w);
      await w.addHistory({
        entries: [
          pastOf('4152.1.0', { passed: 10 }),
          pastOf('4344.1.0', { passed: 50, failed: 2 }),
        ],
      });
      await w.addCandidate(candidate('4344.1.0'));
      await w.addRun(
        runOf('4230.1.0', { run: '20260628-120000-0008' }, { [victim]: [failed(), passed] }),
      );
    },
    refused: /flakes: etcd\/minority.* a case that never failed before, seen 1 failures of 3/,
  },
  {
    name: 'more flaky cases than there may be, each of which was so before',
    change: manyFlaky,
    refused:
      /flakes: all cases: expected at most 2 % of the cases flaky, seen 3 of 10, by chance 0\.0\d+: /,
  },
];
