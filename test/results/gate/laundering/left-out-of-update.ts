/**
 * Attempts to have an update proven by runs that leave out what does not work.
 */

import { daysAgo, runOf } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, policyWith } from './attempt.js';

interface Policy {
  readonly edges: readonly { readonly rules: { readonly kind: string }[] }[];
}

const wayBack = 'rollback/no-init';

/** Way there and way back are one glob, and no run of the update has the way back; `more` is the rule's. */
export async function withoutWayBack(w: GateWorld, more: object = {}): Promise<void> {
  await w.begin();
  await w.addRun(runOf('4152.1.0', { startedAt: daysAgo(80), endedAt: daysAgo(79.9) }));
  const { cases, ...run } = w.updateRun();
  const left = cases.filter(({ suite }) => suite === wayBack);
  const excluded = left.map(({ suite }) => ({ suite, reason: 'the host has no swtpm' }));
  await w.addRun({ ...run, cases: cases.filter(({ suite }) => suite !== wayBack), excluded });
  await w.addRun(runOf('4230.1.0'));
  await w.addReports();
  await policyWith(w, (policy: Policy) => {
    for (const rule of policy.edges.flatMap(({ rules }) => rules)) {
      if (rule.kind === 'edges') Object.assign(rule, { cases: ['{update,rollback}/*'], ...more });
    }
    return policy;
  });
  await w.approve(w.ben);
  await w.approve(w.cleo);
}

const held =
  /updates: the update from 4152\.1\.0 on amd64: expected proven by rollback\/no-init, or .*, seen left out by every run: the host has no swtpm/;

export const attempts: readonly Attempt[] = [
  {
    name: 'the way back left out of every run of the update, beside the way there',
    change: (w) => withoutWayBack(w),
    refused: held,
  },
  {
    name: 'the way back left out of every run of the update, and another suite named',
    change: (w) => withoutWayBack(w, { excluded: [{ suite: 'rollback/n', reason: 'it is new' }] }),
    refused: held,
  },
];
