/**
 * Attempts by what a release is compared with, or taken for.
 */

import type { AttemptEvidence, RunEvidence } from '../../../../results/gate/run-evidence.js';
import { adopt } from '../../../../results/gate/unjudged-acts.js';
import { candidate, digest, passed, runOf, suites } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, editPolicy, only, policyWith, victim } from './attempt.js';

const heavy = { ...passed, memoryMiB: 700 };
const skipped: AttemptEvidence = { outcome: 'skipped' };

/** Every suite of the candidate takes more memory than it did. */
async function heavier(w: GateWorld): Promise<void> {
  const all = Object.fromEntries(suites.map((suite) => [suite, [heavy]]));
  await only(w, runOf('4230.1.0', {}, all));
}

function underUefi(run: RunEvidence): RunEvidence {
  return { ...run, cases: run.cases.map((one) => ({ ...one, firmware: 'uefi' })) };
}

/** Both firmwares are wanted, and the candidate's guest has nothing to say under one of them. */
async function skippedUnderUefi(w: GateWorld): Promise<void> {
  await only(w, runOf('4230.1.0'));
  await editPolicy(w, (text) => text.replaceAll('- bios', '- bios\n          - uefi'));
  await w.addRun(underUefi(runOf('4152.1.0', { run: '20260628-120000-0003' })));
  const run = runOf('4230.1.0', { run: '20260628-120000-0004' }, { [victim]: [skipped] });
  await w.addRun(underUefi(run));
}

/** The same bytes move on, and the file says that another payload belongs to them. */
async function otherPayload(w: GateWorld): Promise<void> {
  await policyWith(w, (policy: { edges: { mode: string }[] }) => {
    return { ...policy, edges: policy.edges.map((edge) => ({ ...edge, mode: 'same-bytes' })) };
  });
  const release = candidate('4230.1.0', { channel: 'alpha' });
  await adopt(release, 'alpha', w.context());
  const images = release.images.map((image) => ({ ...image, payloadSha256: digest('other') }));
  await w.addCandidate({ ...release, images });
}

/** An old version is wanted to have been updated from, and a new one says that it is that. */
async function calledOld(w: GateWorld): Promise<void> {
  const { images } = candidate('4152.1.0');
  await editPolicy(w, (text) => text.replaceAll('- previous', '- previous\n          - 3510.1.0'));
  await w.addCandidate(candidate('3510.1.0', { images }));
  await w.addRun({ ...w.updateRun(), version: '3510.1.0', run: '20260628-120000-0005' });
}

export const attempts: readonly Attempt[] = [
  {
    name: 'more memory, hidden behind one suite that took much before',
    change: async (w) => {
      await heavier(w);
      const many = Array.from({ length: 60 }, () => ({ ...passed, memoryMiB: 4000 }));
      const run = runOf('4152.1.0', { run: '20260628-120000-0006' }, { 'boot/reboot': many });
      await w.addRun(run);
    },
    refused: /memory: memory: expected at most 1\.15 times .*, seen 1\.37 times, in 10 cases/,
  },
  {
    name: 'memory compared with what another accelerator takes',
    change: async (w) => {
      await heavier(w);
      await w.addRun(runOf('4230.1.0', { run: '20260628-120000-0007', accelerator: 'kvm' }));
    },
    refused: /memory: memory: expected at most 1\.15 times/,
  },
  {
    name: 'skip it under UEFI only',
    change: skippedUnderUefi,
    refused:
      /inventory: etcd\/minority on amd64, qemu, uefi: expected run as for 4152\.1\.0, seen skipped/,
  },
  {
    name: 'the image that was proven, with another payload',
    change: otherPayload,
    refused: /integrity: 4230\.1\.0: expected the very images and payloads that alpha was given/,
  },
  {
    name: 'the release before goes by the version of a floor release, too',
    change: calledOld,
    refused: /integrity: the image \w{12}: expected one version of it, seen 4152.* and 3510/,
  },
];
