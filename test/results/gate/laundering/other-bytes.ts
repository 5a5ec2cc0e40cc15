/**
 * Attempts with reports on other bytes of the same version, or on a part of its architectures.
 */

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Candidate } from '../../../../results/gate/candidate.js';
import type { CanaryReport } from '../../../../results/gate/field-evidence.js';
import { subjectsOf } from '../../../../results/gate/record.js';
import type { Subject } from '../../../../results/gate/statement.js';

import { canaryReport, candidate, daysAgo, digest, runOf } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import type { Attempt } from './attempt.js';

const amd64 = candidate('4230.1.0').images[0] as Candidate['images'][number];
const again = { ...amd64, sha256: digest('again'), payloadSha256: digest('payload again') };
const arm64 = { arch: 'arm64', sha256: digest('arm64'), payloadSha256: digest('payload arm64') };
const ancestor = candidate('4230.0.0');

/** The candidate with other images, and runs of them; whatever else was reported stays. */
async function images(w: GateWorld, all: Candidate['images']): Promise<void> {
  await w.addCandidate(candidate('4230.1.0', { images: all }));
  for (const { arch, sha256 } of all) {
    if (sha256 === amd64.sha256) continue;
    const run = `20260629-120000-${sha256.slice(0, 4)}`;
    await w.addRun(runOf('4230.1.0', { arch, imageSha256: sha256, run, record: digest(run) }));
  }
}

async function canary(
  w: GateWorld,
  subjects: readonly Subject[],
  fields: Partial<CanaryReport> = {},
): Promise<void> {
  await rm(join(w.directory, 'canaries'), { recursive: true });
  await w.sign('canaries', 'canary', { subjects, predicate: canaryReport(fields) }, w.field);
}

export const attempts: readonly Attempt[] = [
  {
    name: 'canaries of the bytes before the release was made again',
    change: async (w) => await images(w, [again]),
    refused:
      /canary: canaries of 4230\.1\.0 by fleet: expected a report on the images and payloads/,
  },
  {
    name: 'files that were audited before the release was made again',
    change: async (w) => await images(w, [again]),
    refused: /complete: the payload \w+ on amd64: expected among the files.*audit this release/,
  },
  {
    name: 'canaries of the image with another payload',
    change: async (w) =>
      await canary(
        w,
        subjectsOf({ version: '4230.1.0', images: [{ ...again, sha256: amd64.sha256 }] }),
      ),
    refused: /canary: canaries of 4230\.1\.0 by fleet.*on other digests; ask them about these/,
  },
  {
    name: 'canaries of the release and of something else at once',
    change: async (w) => {
      const other = { name: 'x', sha256: digest('x') };
      await canary(w, [...subjectsOf(candidate('4230.1.0')), other]);
    },
    refused: /canary: canaries of 4230\.1\.0 by fleet.*on other digests/,
  },
  {
    name: 'only amd64 was audited',
    change: async (w) => await images(w, [amd64, arm64]),
    refused: /complete: the payload \w+ on arm64: expected among the files of the report/,
  },
  {
    name: 'only amd64 has canaries',
    change: async (w) => await images(w, [amd64, arm64]),
    refused:
      /canary: canaries on arm64: expected a report, seen none; sign one of machines on arm64/,
  },
  {
    name: 'the canaries of an ancestor that nobody described',
    change: async (w) => await canary(w, subjectsOf(ancestor), { version: '4230.0.0' }),
    refused: /canary: canaries of 4230\.0\.0 by fleet: expected.*candidates\/4230\.0\.0\.yaml/,
  },
  {
    name: 'the canaries of other bytes of an ancestor',
    change: async (w) => {
      await w.addCandidate(candidate('4230.0.0', { images: [again] }));
      await canary(w, subjectsOf(ancestor), { version: '4230.0.0' });
    },
    refused: /canary: canaries of 4230\.0\.0 by fleet.*on other digests/,
  },
  {
    name: 'an ancestor is described anew, with images that its channel never had',
    change: async (w) => {
      await w.publish('alpha', ancestor);
      const other = candidate('4230.0.0', { images: [again] });
      await w.addCandidate(other);
      await canary(w, subjectsOf(other), { version: '4230.0.0' });
    },
    refused: /canary: canaries of 4230\.0\.0 by fleet.*on other digests/,
  },
  {
    name: 'a report on canaries is put there twice',
    change: async (w) => {
      await canary(w, subjectsOf(candidate('4230.1.0')), { instances: 30 });
      const [name = ''] = await readdir(join(w.directory, 'canaries'));
      await w.write('canaries/copy.json', await w.read(`canaries/${name}`));
    },
    refused: /canary: canaries: expected 50 machines of one version, seen 30$/m,
  },
  {
    name: 'good canaries of other bytes come after the bad ones',
    change: async (w) => {
      await canary(w, subjectsOf(candidate('4230.1.0')), { failed: 12, at: daysAgo(0.4) });
      const subjects = subjectsOf({ version: '4230.1.0', images: [again] });
      const predicate = canaryReport({ at: daysAgo(0.1) });
      await w.sign('canaries', 'canary', { subjects, predicate }, w.field);
    },
    refused: /canary: canaries: expected no more.*12 of 100 machines failed/,
  },
];
