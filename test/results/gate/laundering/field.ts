/**
 * Attempts on files, updates and figures.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { subjectsOf } from '../../../../results/gate/record.js';
import type { RunEvidence } from '../../../../results/gate/run-evidence.js';
import {
  candidate,
  daysAgo,
  digest,
  goodFiles,
  passed,
  runOf,
  suites,
} from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, editPolicy, only, policyWith } from './attempt.js';

const all = goodFiles(candidate('4230.1.0'));
const kernel = 'amd64-usr/flatcar_production_pxe.vmlinuz';
const withoutKernel = all.map((one) => (one.name === kernel ? { ...one, problem: '404' } : one));

/** The auditor's only report. */
async function files(
  w: GateWorld,
  fields: object,
  subjects = subjectsOf(candidate('4230.1.0')),
): Promise<void> {
  await rm(join(w.directory, 'assets'), { recursive: true });
  const predicate = { version: '4230.1.0', at: daysAgo(1), assets: all, ...fields };
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

/** Eve may audit, too. */
async function withSecondAuditor(w: GateWorld): Promise<void> {
  await policyWith(w, (policy: { readonly trust: { readonly auditors: readonly object[] } }) => {
    const auditors = [...policy.trust.auditors, { name: w.eve.name, key: w.eve.pem }];
    return { ...policy, trust: { ...policy.trust, auditors } };
  });
}

export const attempts: readonly Attempt[] = [
  {
    name: 'another auditor finds nothing where one has found something',
    change: async (w) => {
      await withSecondAuditor(w);
      await files(w, { assets: withoutKernel });
      const subjects = subjectsOf(candidate('4230.1.0'));
      const predicate = { version: '4230.1.0', at: daysAgo(0.2), assets: all };
      await w.sign('assets', 'assets', { subjects, predicate }, w.eve);
    },
    refused: /complete: \S+pxe\.vmlinuz: expected there, signed and whole, seen 404, says auditor/,
  },
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
    name: 'a report that is silent on a file',
    change: async (w) => await files(w, { assets: all.filter(({ name }) => name !== kernel) }),
    refused:
      /complete: the files for amd64: expected a word on each of the \d+ documented.*none on \S+pxe\.vmlinuz; audit/,
  },
  {
    name: 'a report on the files of another architecture',
    change: async (w) => {
      const assets = all.map(({ name }) => ({ name: name.replace('amd64', 'arm64') }));
      await files(w, { assets });
    },
    refused: /complete: the files for amd64: .*none on version\.txt and \d+ more; audit/,
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
      await files(w, { assets: [...all, bios, { ...uefi, name: 'arm64-usr/boot of it' }] });
    },
    refused:
      /complete: amd64-usr\/boot of flatcar_production_qemu_uefi_image\.img: expected that it was booted/,
  },
  {
    name: 'a report on boots of other images',
    change: async (w) => {
      const rule = 'kind: completeness';
      await editPolicy(w, (text) => text.replaceAll(rule, `${rule}\n        boots: [qemu]`));
      const boot = { name: 'amd64-usr/boot of flatcar_production_qemu_image.img' };
      const [image] = candidate('4230.1.0').images;
      const subjects = [{ name: 'payload', sha256: image?.payloadSha256 ?? '' }];
      await files(w, { assets: [...all, boot] }, subjects);
    },
    refused: /complete: the image \w{12} on amd64: expected among those that were booted/,
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
    name: 'the payload was there, and the suites took another',
    change: async (w) => {
      const payloads = [digest('another payload')];
      const other = { ...passed, payloads };
      await updates(w, (run) => {
        const took = ({ suite }: { readonly suite: string }) => suite === 'update/to-next';
        const cases = run.cases.map((one) => (took(one) ? { ...one, attempts: [other] } : one));
        return { ...run, cases };
      });
    },
    refused: /the update from 4152.*expected proven by update\/to-next, seen in no run/,
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
    name: 'a file of the release is missing',
    change: async (w) => {
      const predicate = { version: '4230.1.0', at: daysAgo(0.5), assets: withoutKernel };
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
