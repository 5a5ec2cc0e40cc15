/**
 * Attempts by so few runs that no difference can be believed.
 */

import type { AttemptEvidence } from '../../../../results/gate/run-evidence.js';
import { failed, passed, runOf } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, only, policyWith, victim } from './attempt.js';

interface Policy {
  readonly edges: readonly { readonly rules: { readonly kind: string; except?: string[] }[] }[];
}

/** Nothing but the comparison looks at this suite. */
async function comparedAlone(w: GateWorld, now: readonly AttemptEvidence[]): Promise<void> {
  await only(w, runOf('4230.1.0', {}, { [victim]: now }));
  await policyWith(w, (policy: Policy) => {
    for (const rule of policy.edges.flatMap(({ rules }) => rules)) {
      if (rule.kind === 'must-pass') rule.except = [victim];
    }
    return policy;
  });
}

function times(count: number, one: AttemptEvidence): AttemptEvidence[] {
  return Array.from({ length: count }, () => one);
}

const mustBe = 'expected enough attempts to tell it from 0 failures of 2 .* for 4152\\.1\\.0';

export const attempts: readonly Attempt[] = [
  {
    name: 'a case that failed each time, tried once',
    change: (w) => comparedAlone(w, [failed()]),
    refused: new RegExp(
      `no-regression: etcd/minority.*${mustBe}, seen 1 failures of 1 .*; run etcd/minority 10 times more`,
    ),
  },
  {
    name: 'a case that failed each time, tried three times',
    change: (w) => comparedAlone(w, times(3, failed())),
    refused: new RegExp(`no-regression: etcd/minority.*${mustBe}, seen 3 failures of 3`),
  },
  {
    name: 'a case that failed each time, run until it is green',
    change: (w) => comparedAlone(w, [failed(), failed(), passed]),
    refused: new RegExp(`no-regression: etcd/minority.*${mustBe}, seen 2 failures of 3`),
  },
  {
    name: 'one failure of eight, beside so few attempts of before that it may be chance',
    change: (w) => comparedAlone(w, [failed(), ...times(7, passed)]),
    refused: new RegExp(`no-regression: etcd/minority.*${mustBe}, seen 1 failures of 8`),
  },
];
