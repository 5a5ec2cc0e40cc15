/**
 * Attempts with keys that leaked and were retired.
 */

import { check } from '../../../../results/gate/promote.js';
import { subjectsOf } from '../../../../results/gate/record.js';
import {
  candidate,
  daysAgo,
  fleetBefore,
  type Person,
  person,
  runOf,
} from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, policyWith } from './attempt.js';

interface Draft {
  readonly trust: Record<string, { name: string; key: string }[]>;
}

/** Runner, canaries and auditor get other keys, under their names. Returns the runner's. */
export async function retire(world: GateWorld): Promise<Person> {
  const lab = person('lab');
  const next = { runners: lab, canaries: person('field'), auditors: person('auditor') };
  await policyWith(world, ({ trust, ...policy }: Draft) => {
    const roles = Object.entries(next);
    const retired = roles.flatMap(([role]) => (trust[role] ?? []).map((one) => ({ ...one, role })));
    const own = roles.map(([role, { name, pem }]) => [role, [{ name, key: pem }]] as const);
    return { ...policy, trust: { ...trust, ...Object.fromEntries(own), retired } };
  });
  return lab;
}

/** A verdict knows what is there, and then the keys are retired. */
async function leaked(w: GateWorld): Promise<void> {
  await check({ version: '4230.1.0', to: 'beta' }, w.context());
  await retire(w);
}

const retired = /RETIRED_KEY: .*signed it that is retired, and no verdict on record saw it; take/;

export const attempts: readonly Attempt[] = [
  {
    name: 'a run by a key that was retired',
    change: async (w) => {
      await leaked(w);
      await w.addRun(runOf('4230.1.0', { run: '20260627-120000-0009' }));
    },
    refused: retired,
  },
  {
    name: 'the last run exchanged by a key that was retired',
    change: async (w) => {
      await leaked(w);
      await w.forgetRuns();
      for (const id of ['0007', '0008', '0009']) {
        await w.addRun(runOf('4230.1.0', { run: `20260627-120000-${id}` }));
      }
    },
    refused: /integrity: run 3 of lab: expected there, since the ledger knows it, seen another one/,
  },
  {
    name: 'a canary report by a key that was retired',
    change: async (w) => {
      await leaked(w);
      const fleet = { source: 'fleet', version: '4230.1.0', at: daysAgo(0.2), hours: 100 };
      const predicate = { ...fleet, instances: 100, failed: 0, baseline: fleetBefore };
      const subjects = subjectsOf(candidate('4230.1.0'));
      await w.sign('canaries', 'canary', { subjects, predicate }, w.field);
    },
    refused: retired,
  },
  {
    name: 'a history by a key that was retired, said to stand in a row',
    change: async (w) => {
      await leaked(w);
      const sequence = { sequence: 1, at: daysAgo(0.1), entries: [] };
      await w.addHistory(sequence as Parameters<GateWorld['addHistory']>[0]);
    },
    refused: retired,
  },
];
