/**
 * A policy that leaves flaky cases to the budget, as attempts want it.
 */

import { failed, passed } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { another, policyWith, victim } from './attempt.js';

/** It has room for some. */
export async function budget(w: GateWorld): Promise<void> {
  await policyWith(w, (policy: { edges: { rules: { kind: string; flaky?: string }[] }[] }) => {
    for (const rule of policy.edges.flatMap(({ rules }) => rules)) {
      if (rule.kind === 'must-pass') rule.flaky = 'budget';
      if (rule.kind === 'flake-budget') Object.assign(rule, { rate: 0.3 });
    }
    return policy;
  });
}

/** A flaky case that the budget has room for. */
export async function flaky(w: GateWorld): Promise<void> {
  await budget(w);
  await another({}, { [victim]: [failed(), passed] })(w);
}
