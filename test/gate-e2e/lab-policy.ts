/**
 * The policy of the gate in the lab: a release moves on with the same bytes, and each channel asks for more than
 * the one before.
 */

import type { SuiteId } from '../../harness/model/ids.js';
import { inventoryDigest } from '../../results/gate/rules/inventory.js';

/** All suites that there are in this gate's world. */
export const inventory = [
  'boot/no-failed-units',
  'identity/os-release',
  'verity/file-modes',
] as SuiteId[];

/** What alpha asks for: it boots, and is what it says. */
const smoke = inventory.filter((suite) => !suite.startsWith('verity/'));

/** Shows that the release before can be updated; run on that one, and so no part of the inventory. */
export const updateSuite = 'update/to-next';

/** Beta compares with what it has: only runs on two releases can tell. */
const compared = [
  { id: 'no-regression', kind: 'no-regression' },
  { id: 'flakes', kind: 'flake-budget', rate: 0.02 },
  { id: 'updates', kind: 'edges', from: ['previous'], cases: [updateSuite] },
];

/** Public keys, PEM. */
export interface LabKeys {
  readonly lab: string;
  readonly ben: string;
  readonly gate: string;
}

export function labPolicy({ lab, ben, gate }: LabKeys): object {
  return {
    schema: 1,
    edges: [
      edge('developer', 'alpha', { cases: smoke }),
      edge('alpha', 'beta', { cases: ['**'], more: compared }),
      edge('beta', 'stable', { cases: ['**'] }),
    ],
    trust: {
      runners: [{ name: 'lab', key: lab }],
      approvers: [{ name: 'ben', key: ben }],
      gate: [{ name: 'gate', key: gate }],
    },
  };
}

function edge(
  from: string,
  to: string,
  { cases, more = [] }: { readonly cases: readonly string[]; readonly more?: readonly object[] },
): object {
  const where = { arches: ['amd64'], platforms: ['qemu'], firmware: ['bios'] };
  const pass = { id: 'suites', kind: 'must-pass', cases, ...where };
  const complete = { id: 'inventory', kind: 'inventory', digest: inventoryDigest(inventory) };
  const people = { id: 'people', kind: 'approvals', count: 1 };
  return { from, to, mode: 'same-bytes', rules: [pass, complete, ...more, people] };
}
