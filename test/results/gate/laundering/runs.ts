/**
 * Attempts on the runs: to lose failures, or to count what is no pass.
 */

import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { SuiteId } from '../../../../harness/model/ids.js';
import { candidate, daysAgo, digest, failed, passed, runOf } from '../../../support/gate-values.js';
import {
  type Attempt,
  another,
  broken,
  edit,
  errored,
  inside,
  only,
  policyWith,
  victim,
  without,
} from './attempt.js';

export const attempts: readonly Attempt[] = [
  {
    name: 'rerun until green: the failure is still there',
    change: another({ run: '20260620-120000-0001' }, broken),
    refused: /etcd\/minority.*flaky, 1 of 2 attempts/,
  },
  {
    name: 'retries within one run until green',
    change: async (w) => {
      await only(w, runOf('4230.1.0', {}, { [victim]: [failed(), failed(), passed] }));
    },
    refused: /etcd\/minority.*flaky, 2 of 3 attempts/,
  },
  {
    name: 'delete the run that failed',
    change: async (w) => {
      await another({}, broken)(w);
      await w.addRun(runOf('4230.1.0', { run: '20260629-120000-0002' }));
      const names = (await readdir(join(w.directory, 'runs'))).sort();
      await unlink(join(w.directory, 'runs', names.at(-2) ?? ''));
    },
    refused: /BROKEN_CHAIN.*number 4 is missing/,
  },
  {
    name: 'delete the first runs as well',
    change: async (w) => {
      const names = (await readdir(join(w.directory, 'runs'))).sort();
      await unlink(join(w.directory, 'runs', names[0] ?? ''));
    },
    refused: /BROKEN_CHAIN.*number 1 is missing/,
  },
  {
    name: 'delete the failing case from the statement',
    change: async (w) => {
      await another({}, broken)(w);
      await edit(
        w,
        'runs',
        inside((text) => text.replace('"failed"', '"passed"')),
      );
    },
    refused: /BAD_ENVELOPE.*the signature of lab does not fit/,
  },
  {
    name: 'a run that leaves the failing suite out',
    change: async (w) => void (await only(w, without(victim))),
    refused: /etcd\/minority.*in no run/,
  },
  {
    name: 'exclude the failing suite by a missing capability',
    change: async (w) => {
      await only(w, { ...without(victim), excluded: [{ suite: victim, reason: 'needs etcd' }] });
    },
    refused: /inventory.*etcd\/minority.*needs etcd/,
  },
  {
    name: 'skip it in the guest',
    change: async (w) => {
      await only(w, runOf('4230.1.0', {}, { [victim]: [{ outcome: 'skipped' }] }));
    },
    refused: /inventory.*etcd\/minority.*skipped by the guest/,
  },
  {
    name: 'plan it and never run it',
    change: async (w) => void (await only(w, runOf('4230.1.0', {}, { [victim]: [] }))),
    refused: /etcd\/minority.*no outcome/,
  },
  {
    name: 'an error of the host counted as a pass',
    change: async (w) => void (await only(w, runOf('4230.1.0', {}, { [victim]: [errored] }))),
    refused: /etcd\/minority.*errored/,
  },
  {
    name: 'a cancelled case counted as a pass',
    change: async (w) => {
      await only(w, runOf('4230.1.0', {}, { [victim]: [{ outcome: 'cancelled' }] }));
    },
    refused: /etcd\/minority.*cancelled/,
  },
  {
    name: 'no run at all',
    change: async (w) => void (await only(w, undefined)),
    refused: /fresh runs of the image/,
  },
  {
    name: 'an empty run',
    change: async (w) => void (await only(w, { ...runOf('4230.1.0'), cases: [] })),
    refused: /boot\/reboot.*in no run/,
  },
  {
    name: 'one part of four',
    change: async (w) => void (await only(w, runOf('4230.1.0', { shard: '1/4' }))),
    refused: /integrity: 4230\.1\.0: expected fresh runs of the image \w{12} on amd64, seen none/,
  },
  {
    name: 'a run that is too old',
    change: async (w) => {
      await only(w, runOf('4230.1.0', { startedAt: daysAgo(41), endedAt: daysAgo(40) }));
    },
    refused: /fresh runs of the image/,
  },
  {
    name: 'a run of the future: the clock was set back',
    change: another({ startedAt: daysAgo(-3), endedAt: daysAgo(-2.9) }),
    refused: /a run before 2026-06-30/,
  },
  {
    name: 'a run that ends in the future, so that it stays fresh',
    change: another({ endedAt: daysAgo(-300) }),
    refused: /an end after its start and before now/,
  },
  {
    name: 'the image was swapped after the run',
    change: async (w) => {
      const images = [{ ...candidate('4230.1.0').images[0], sha256: digest('swapped') }];
      await w.addCandidate({ ...candidate('4230.1.0'), images } as never);
    },
    refused: /fresh runs of the image/,
  },
  {
    name: 'runs of another system under the same digest',
    change: async (w) => void (await only(w, runOf('4230.1.0', { osName: 'Reference OS' }))),
    refused: /a run of Test OS.*one of Reference OS/,
  },
  {
    name: 'runs of another version under the same digest',
    change: another({ version: '4152.1.0', imageSha256: digest('image 4230.1.0') }),
    refused: /a run of 4230\.1\.0.*one of 4152\.1\.0/,
  },
  {
    name: 'only one of two architectures was tested',
    change: async (w) => {
      const [image] = candidate('4230.1.0').images;
      const arm = { ...image, arch: 'arm64', sha256: digest('arm') };
      await w.addCandidate({ ...candidate('4230.1.0'), images: [image, arm] } as never);
    },
    refused: /fresh runs of the image .* on arm64/,
  },
  {
    name: 'only the other firmware was tested',
    change: async (w) => {
      await policyWith(w, (policy: { edges: { rules: { firmware?: string[] }[] }[] }) => {
        for (const { rules } of policy.edges) {
          for (const rule of rules) if (rule.firmware) rule.firmware = ['bios', 'uefi'];
        }
        return policy;
      });
    },
    refused: /etcd\/minority on amd64, qemu, uefi: expected passed, seen no outcome/,
  },
  {
    name: 'a suite whose name only looks the same',
    change: async (w) => {
      const run = runOf('4230.1.0', {}, broken);
      const cases = run.cases.map((one) => {
        return {
          ...one,
          suite: one.suite.replace('etcd/minority', 'etcd/min\u043erity') as SuiteId,
        };
      });
      await only(w, { ...run, cases });
    },
    refused: /BAD_EVIDENCE.*suite: not a suite id/,
  },
  {
    name: 'two runs under one number',
    change: async (w) => {
      await edit(w, 'runs', (text) => text);
      const names = (await readdir(join(w.directory, 'runs'))).sort();
      await w.write('runs/999.json', await w.read(`runs/${names[0]}`));
    },
    refused: /BROKEN_CHAIN/,
  },
];
