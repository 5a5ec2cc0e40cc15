/**
 * The policy of the world of the gate: its rules, and whom it trusts.
 */

import { inventoryDigest } from '../../results/gate/rules/inventory.js';
import { type Person, suites } from './gate-values.js';

/** Who signs what, by the role. */
type People = Readonly<
  Record<'auditor' | 'ada' | 'ben' | 'cleo' | 'eve' | 'field' | 'finn' | 'gate' | 'runner', Person>
>;

const everywhere = { arches: ['amd64'], platforms: ['qemu'], firmware: ['bios'] };

/** One rule of nearly every kind. */
function ruleList() {
  return [
    { id: 'all-suites', kind: 'must-pass', cases: ['**'], ...everywhere },
    { id: 'inventory', kind: 'inventory', digest: inventoryDigest(suites) },
    { id: 'no-regression', kind: 'no-regression' },
    { id: 'flakes', kind: 'flake-budget', rate: 0.02 },
    { id: 'updates', kind: 'edges', from: ['previous'], cases: ['update/*', 'rollback/*'] },
    { id: 'complete', kind: 'completeness' },
    { id: 'soak', kind: 'age', days: 14, securityDays: 2 },
    { id: 'canary', kind: 'canary', instances: 50, hours: 48 },
    { id: 'memory', kind: 'performance', metric: 'memory' },
    { id: 'people', kind: 'approvals', count: 2 },
  ];
}

/** From alpha over beta to stable by the same rules; whoever has a role may sign for it. */
export function policyOf(people: People): Record<string, unknown> {
  const key = ({ name, pem }: Person) => ({ name, key: pem });
  const rules = ruleList();
  return {
    schema: 1,
    edges: [
      { from: 'alpha', to: 'beta', mode: 'rebuild', rules },
      { from: 'beta', to: 'stable', mode: 'rebuild', rules },
    ],
    trust: {
      runners: [key(people.runner)],
      approvers: [people.ben, people.cleo, people.ada].map(key),
      canaries: [key(people.field)],
      reporters: [people.eve, people.finn].map(key),
      auditors: [key(people.auditor)],
      gate: [key(people.gate)],
    },
  };
}
