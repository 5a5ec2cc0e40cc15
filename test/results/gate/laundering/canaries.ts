/**
 * Attempts on what machines in the field say.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CanaryReport } from '../../../../results/gate/field-evidence.js';
import { subjectsOf } from '../../../../results/gate/record.js';

import { canaryReport, candidate, daysAgo, fleetBefore } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, editPolicy, policyWith } from './attempt.js';

async function canary(
  w: GateWorld,
  fields: Partial<CanaryReport>,
  subjects = subjectsOf(candidate(fields.version ?? '4230.1.0')),
): Promise<void> {
  await w.sign('canaries', 'canary', { subjects, predicate: canaryReport(fields) }, w.field);
}

/** Canaries again, of the candidate and of the release that it was rebuilt from, which is described. */
async function described(w: GateWorld): Promise<void> {
  await rm(join(w.directory, 'canaries'), { recursive: true });
  await w.addCandidate(candidate('4230.0.0'));
}

/** Eve signs for the field, too. */
async function withSecondSigner(w: GateWorld): Promise<void> {
  await policyWith(w, (policy: { readonly trust: { readonly canaries: readonly object[] } }) => {
    const canaries = [...policy.trust.canaries, { name: w.eve.name, key: w.eve.pem }];
    return { ...policy, trust: { ...policy.trust, canaries } };
  });
  for (const person of [w.ben, w.cleo]) await w.approve(person);
}

export const attempts: readonly Attempt[] = [
  {
    name: 'a bad word on a source that another signer replaces by a good one',
    change: async (w) => {
      await withSecondSigner(w);
      await rm(join(w.directory, 'canaries'), { recursive: true });
      await canary(w, { failed: 60, at: daysAgo(0.5) });
      const subjects = subjectsOf(candidate('4230.1.0'));
      const predicate = canaryReport({ failed: 0, at: daysAgo(0.2) });
      await w.sign('canaries', 'canary', { subjects, predicate }, w.eve);
    },
    refused: /canary: canaries: .*seen 60 of 100 machines failed .*, as fleet said/,
  },
  {
    name: 'canaries of last week',
    change: async (w) => {
      await rm(join(w.directory, 'canaries'), { recursive: true });
      await canary(w, { at: daysAgo(7) });
    },
    refused: /reports of the last 48 hours on 4230\.0\.0, 4230\.1\.0, seen none/,
  },
  {
    name: 'canaries of tomorrow',
    change: async (w) => {
      await rm(join(w.directory, 'canaries'), { recursive: true });
      await canary(w, { at: daysAgo(-1) });
    },
    refused: /reports of the last 48 hours on 4230\.0\.0, 4230\.1\.0, seen none/,
  },
  {
    name: 'more canaries failed than there are',
    change: async (w) => await canary(w, { failed: 101 }),
    refused: /BAD_EVIDENCE.*: more failed than there are/,
  },
  {
    name: 'more machines of the baseline failed than there are',
    change: async (w) => await canary(w, { baseline: { ...fleetBefore, instances: 3, failed: 4 } }),
    refused: /BAD_EVIDENCE.*baseline: more failed than there are/,
  },
  {
    name: 'canaries compared with themselves',
    change: async (w) => await canary(w, { baseline: { ...fleetBefore, version: '4230.1.0' } }),
    refused: /canary: canaries of 4230\.1\.0 by fleet: .*a release before it.*seen 4230\.1\.0/,
  },
  {
    name: 'canaries compared with machines that nobody has',
    change: async (w) => await canary(w, { baseline: { ...fleetBefore, instances: 0, failed: 0 } }),
    refused: /canary: canaries: expected machines of the release before, .*seen none/,
  },
  {
    name: 'canaries compared with a machine or two, beside which any failures may be chance',
    change: async (w) => {
      const baseline = { ...fleetBefore, instances: 1, failed: 0 };
      await canary(w, { instances: 50, failed: 47, baseline });
    },
    refused: /expected 50 machines of the release before, to compare 47 of 50 .* with, seen 1/,
  },
  {
    name: 'canaries that the policy wants none of',
    change: async (w) =>
      await editPolicy(w, (text) => text.replaceAll('instances: 50', 'instances: 0')),
    refused: /BAD_POLICY.*instances/,
  },
  {
    name: 'the machines of an ancestor of another branch are its canaries',
    change: async (w) => {
      await rm(join(w.directory, 'canaries'), { recursive: true });
      const { lineage, ...rest } = candidate('4230.1.0');
      const old = { version: '4152.0.0', channel: 'alpha', publishedAt: daysAgo(300) };
      await w.addCandidate({ ...rest, lineage: [old, ...lineage] });
      await canary(w, { version: '4152.0.0' });
    },
    refused: /canary: canaries: expected reports.* on 4230\.0\.0, 4230\.1\.0, seen none/,
  },
  {
    name: 'one machine had the ancestor for weeks, and the many canaries are new',
    change: async (w) => {
      await described(w);
      await canary(w, { ages: [{ hours: 1, machines: 100 }] });
      const old = { instances: 1, ages: [{ hours: 900, machines: 1 }] };
      await canary(w, { version: '4230.0.0', ...old });
      await canary(w, { source: 'a laptop', ...old });
    },
    refused: /canary: canaries: expected 48 hours, seen 1$/m,
  },
  {
    name: 'one canary had it for days, and all the others of its source since a moment ago',
    change: async (w) => {
      const ages = [
        { hours: 60, machines: 1 },
        { hours: 0.1, machines: 99 },
      ];
      await canary(w, { ages });
    },
    refused: /canary: canaries: expected 48 hours, seen 0\.1$/m,
  },
  {
    name: 'more canaries with an age than there are',
    change: async (w) => await canary(w, { ages: [{ hours: 60, machines: 101 }] }),
    refused: /BAD_EVIDENCE.*: ages: more machines than there are/,
  },
  {
    name: 'its canaries fail, beside very many of the release that it was rebuilt from',
    change: async (w) => {
      await described(w);
      await canary(w, { instances: 50, failed: 50 });
      await canary(w, { version: '4230.0.0', source: 'alpha', instances: 10_000 });
    },
    refused: /canary: canaries: .*50 of 50 machines failed/,
  },
  {
    name: 'the canaries of one place fail, beside very many in another',
    change: async (w) => {
      await canary(w, { instances: 50, failed: 40, source: 'edge' });
      await canary(w, { instances: 10_000 });
    },
    refused: /canary: canaries: .*40 of 50 machines failed in 100 hours, as edge said/,
  },
  {
    name: 'canaries compared with a bad release of long ago',
    change: async (w) => {
      const baseline = { version: '3033.1.0', instances: 100, failed: 40 };
      await canary(w, { instances: 100, failed: 30, baseline });
    },
    refused: /a release before it, and no older than the branch of 4152\.1\.0, seen 3033\.1\.0/,
  },
  {
    name: 'enough canaries of two versions together, of neither by itself',
    change: async (w) => {
      await described(w);
      await canary(w, { instances: 30 });
      await canary(w, { version: '4230.0.0', instances: 30 });
    },
    refused: /canary: canaries: expected 50 machines of one version, seen 30$/m,
  },
  {
    name: 'canaries without data',
    change: async (w) => await rm(join(w.directory, 'canaries'), { recursive: true }),
    refused: /canaries.*seen none/,
  },
  {
    name: 'canaries of which none has it',
    change: async (w) => {
      await rm(join(w.directory, 'canaries'), { recursive: true });
      await canary(w, { instances: 0 });
    },
    refused: /50 machines/,
  },
  {
    name: 'canaries that fare worse',
    change: async (w) => void (await canary(w, { failed: 12, at: daysAgo(0.1) })),
    refused: /12 of 100 machines failed/,
  },
  {
    name: 'canaries that failed, and of which nothing is heard any more',
    change: async (w) => await canary(w, { source: 'edge', failed: 12, at: daysAgo(7) }),
    refused:
      /expected no more than 1 of 200 before, seen 12 of 100 .*, as edge said on 2026.* nothing since/,
  },
];
