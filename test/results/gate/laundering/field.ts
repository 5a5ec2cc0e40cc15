/**
 * Attempts on time, canaries, files, updates and figures.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { subjectsOf } from '../../../../results/gate/record.js';
import type { RunEvidence } from '../../../../results/gate/run-evidence.js';
import {
  candidate,
  daysAgo,
  digest,
  fleetBefore,
  type GateWorld,
  passed,
  runOf,
  suites,
} from '../../../support/gate-world.js';
import { type Attempt, editPolicy, only } from './attempt.js';

async function canary(
  w: GateWorld,
  fields: { version?: string; [field: string]: unknown },
  subjects = subjectsOf(candidate(fields.version ?? '4230.1.0')),
): Promise<void> {
  const fleet = { source: 'fleet', version: '4230.1.0', at: daysAgo(0.2), hours: 100 };
  const predicate = { ...fleet, instances: 100, failed: 0, baseline: fleetBefore, ...fields };
  await w.sign('canaries', 'canary', { subjects, predicate }, w.field);
}

async function files(
  w: GateWorld,
  fields: object,
  subjects = subjectsOf(candidate('4230.1.0')),
): Promise<void> {
  await rm(join(w.directory, 'assets'), { recursive: true });
  const predicate = { version: '4230.1.0', at: daysAgo(1), assets: [{ name: 'a' }], ...fields };
  await w.sign('assets', 'assets', { subjects, predicate }, w.auditor);
}

/** The update run in the place of the honest one. */
async function updates(w: GateWorld, change: (run: RunEvidence) => RunEvidence): Promise<void> {
  await w.begin();
  await w.addRun(runOf('4152.1.0', { startedAt: daysAgo(80), endedAt: daysAgo(79.9) }));
  await w.addRun(change(w.updateRun()));
  await w.addRun(runOf('4230.1.0'));
  await w.addReports();
}

/** Canaries again, of the candidate and of the release that it was rebuilt from, which is described. */
async function described(w: GateWorld): Promise<void> {
  await rm(join(w.directory, 'canaries'), { recursive: true });
  await w.addCandidate(candidate('4230.0.0'));
}

export const attempts: readonly Attempt[] = [
  {
    name: 'a report on the files of another version',
    change: async (w) => await files(w, { version: '4152.1.0' }),
    refused: /complete: the release: expected a report on the files of 4230\.1\.0/,
  },
  {
    name: 'a report on the files of long ago',
    change: async (w) => await files(w, { at: daysAgo(50) }),
    refused: /complete: the release.*seen one on 4230\.1\.0 of 2026-05-11/,
  },
  {
    name: 'a report that looked at no file',
    change: async (w) => await files(w, { assets: [] }),
    refused: /complete: the release: expected files, seen none/,
  },
  {
    name: 'a report on files that nobody booted',
    change: async (w) => {
      const rule = 'kind: completeness';
      const boots = `${rule}\n        boots: [qemu, qemu_uefi]`;
      await editPolicy(w, (text) => text.replaceAll(rule, boots));
      const [bios, uefi] = ['qemu', 'qemu_uefi'].map((variant) => {
        return { name: `amd64-usr/boot of flatcar_production_${variant}_image.img` };
      });
      await files(w, { assets: [{ name: 'a' }, bios, { ...uefi, name: 'arm64-usr/boot of it' }] });
    },
    refused:
      /complete: amd64-usr\/boot of flatcar_production_qemu_uefi_image\.img: expected that it was booted/,
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
    name: 'the update was tried from another image of that version',
    change: async (w) => {
      await updates(w, (run) => ({ ...run, imageSha256: digest('another 4152.1.0') }));
    },
    refused: /the update from 4152\.1\.0 on amd64.*in no run/,
  },
  {
    name: 'the update was tried from another version, which is said to have those images',
    change: async (w) => await updates(w, (run) => ({ ...run, version: '4081.0.0' })),
    refused: /the update from 4152\.1\.0 on amd64.*in no run/,
  },
  {
    name: 'the update was tried to another payload',
    change: async (w) => {
      const updatesTo = [{ version: '4230.1.0', payloadSha256: digest('another payload') }];
      await updates(w, (run) => ({ ...run, updatesTo }));
    },
    refused: /the update from 4152\.1\.0 on amd64.*in no run/,
  },
  {
    name: 'the way back was not tried',
    change: async (w) => {
      await updates(w, (run) => {
        return { ...run, cases: run.cases.filter(({ suite }) => !suite.startsWith('rollback/')) };
      });
    },
    refused: /the update from 4152.*expected proven by rollback\/no-init, seen in no run/,
  },
  {
    name: 'too young',
    change: async (w) => {
      const lineage = [{ version: '4230.0.0', channel: 'alpha', publishedAt: daysAgo(13) }];
      await w.addCandidate(candidate('4230.1.0', { lineage }));
    },
    refused: /expected 14 days, seen 13\.0 days; ready on 2026-07-01/,
  },
  {
    name: 'too young, and no word of where it comes from',
    change: async (w) => {
      await w.addCandidate(candidate('4230.1.0', { publishedAt: daysAgo(1), lineage: [] }));
    },
    refused: /UNKNOWN_EDGE.*no edge to beta for 4230\.1\.0/,
  },
  {
    name: 'too young for a release that mends a security problem',
    change: async (w) => {
      const lineage = [{ version: '4230.0.0', channel: 'alpha', publishedAt: daysAgo(1) }];
      await w.addCandidate(candidate('4230.1.0', { lineage, security: true }));
    },
    refused: /expected 2 days \(security\), seen 1\.0 days; ready on 2026-07-01/,
  },
  {
    name: 'too young, with an ancestor of another branch',
    change: async (w) => {
      const lineage = [
        { version: '4152.0.0', channel: 'alpha', publishedAt: daysAgo(300) },
        { version: '4230.0.0', channel: 'alpha', publishedAt: daysAgo(2) },
      ];
      await w.addCandidate(candidate('4230.1.0', { publishedAt: daysAgo(1), lineage }));
    },
    refused: /expected 14 days, seen 2\.0 days; ready on/,
  },
  {
    name: 'it says that it came out long ago, and has ancestors of another branch only',
    change: async (w) => {
      const lineage = [{ version: '4152.0.0', channel: 'alpha', publishedAt: daysAgo(300) }];
      await w.addCandidate(candidate('4230.1.0', { publishedAt: daysAgo(60), lineage }));
    },
    refused:
      /soak: 4230\.1\.0: expected a release of alpha of the same branch.*4152\.0\.0 of alpha/,
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
    name: 'a file of the release is missing',
    change: async (w) => {
      const assets = [{ name: 'pxe.vmlinuz', problem: '404' }];
      const predicate = { version: '4230.1.0', at: daysAgo(0.5), assets };
      const subjects = subjectsOf(candidate('4230.1.0'));
      await w.sign('assets', 'assets', { subjects, predicate }, w.auditor);
    },
    refused: /pxe\.vmlinuz.*404/,
  },
  {
    name: 'the update from the release before was not tried',
    change: async (w) => {
      await w.begin();
      await w.addRun(runOf('4152.1.0', { startedAt: daysAgo(80), endedAt: daysAgo(79.9) }));
      await w.addRun(runOf('4230.1.0'));
      await w.addReports();
    },
    refused: /the update from 4152\.1\.0 on amd64.*in no run/,
  },
  {
    name: 'more memory than before',
    change: async (w) => {
      const heavy = suites.map((suite) => [suite, [{ ...passed, memoryMiB: 700 }]] as const);
      await only(w, runOf('4230.1.0', {}, Object.fromEntries(heavy)));
    },
    refused: /memory.*1\.37 times/,
  },
];
