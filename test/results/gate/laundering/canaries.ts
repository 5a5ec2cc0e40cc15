/**
 * Attempts on what machines in the field say.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { subjectsOf } from '../../../../results/gate/record.js';
import { candidate, daysAgo, fleetBefore, type GateWorld } from '../../../support/gate-world.js';
import { type Attempt, editPolicy } from './attempt.js';

async function canary(
  w: GateWorld,
  fields: { version?: string; [field: string]: unknown },
  subjects = subjectsOf(candidate(fields.version ?? '4230.1.0')),
): Promise<void> {
  const fleet = { source: 'fleet', version: '4230.1.0', at: daysAgo(0.2), hours: 100 };
  const predicate = { ...fleet, instances: 100, failed: 0, baseline: fleetBefore, ...fields };
  await w.sign('canaries', 'canary', { subjects, predicate }, w.field);
}

/** Canaries again, of the candidate and of the release that it was rebuilt from, which is described. */
async function described(w: GateWorld): Promise<void> {
  await rm(join(w.directory, 'canaries'), { recursive: true });
  await w.addCandidate(candidate('4230.0.0'));
}

export const attempts: readonly Attempt[] = [
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
      await canary(w, { hours: 1 });
      await canary(w, { version: '4230.0.0', instances: 1, hours: 900 });
      await canary(w, { source: 'a laptop', instances: 1, hours: 900 });
    },
    refused: /canary: canaries: expected 48 hours, seen 1$/m,
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
