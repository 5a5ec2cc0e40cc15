/**
 * Attempts by a release that was revoked, and that the channel still has: the next one is no worse than that.
 */

import { candidateDigest } from '../../../../results/gate/consent.js';
import type { CanaryReport } from '../../../../results/gate/field-evidence.js';
import { subjectsOf } from '../../../../results/gate/record.js';
import type { AttemptEvidence } from '../../../../results/gate/run-evidence.js';
import { revoke } from '../../../../results/gate/unjudged-acts.js';
import {
  canaryReport,
  candidate,
  daysAgo,
  failed,
  goodFiles,
  passed,
  runOf,
  suites,
} from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, victim } from './attempt.js';

const heavy: AttemptEvidence = { ...passed, memoryMiB: 900 };
const bad = {
  ...Object.fromEntries(suites.map((suite) => [suite, [heavy, heavy, heavy]])),
  [victim]: Array.from({ length: 10 }, () => failed()),
};

/** The next one, as it is shown. */
export const next = '4250.1.0';
interface Shown {
  readonly attempts?: Readonly<Record<string, readonly AttemptEvidence[]>>;
  readonly canary?: Partial<CanaryReport>;
}

/** 4230.1.0 was promoted, turned out bad in every way, and was revoked; the next one is put forward. */
export async function afterRevoked(
  w: GateWorld,
  { attempts = {}, canary = {} }: Shown = {},
): Promise<void> {
  await w.promote();
  await w.addRun(runOf('4230.1.0', { run: '20260629-120000-0001' }, bad));
  await revoke(candidate('4230.1.0'), 'it takes all memory', w.context());
  const release = candidate(next);
  await w.addCandidate(release);
  await w.addRun(runOf(next, {}, attempts));
  const updatesTo = release.images.map(({ payloadSha256 }) => ({ version: next, payloadSha256 }));
  await w.addRun(runOf('4230.1.0', { run: '20260629-130000-0001', updatesTo }));
  const [subjects, at] = [subjectsOf(release), daysAgo(0.1)];
  const assets = { version: next, at, assets: goodFiles(release) };
  await w.sign('assets', 'assets', { subjects, predicate: assets }, w.auditor);
  const predicate = canaryReport({ version: next, at, ...canary });
  await w.sign('canaries', 'canary', { subjects, predicate }, w.field);
  for (const person of [w.ben, w.cleo]) {
    await w.approve(person, { version: next, candidate: candidateDigest(release) });
  }
}

function attempt(name: string, shown: Shown, refused: RegExp): Attempt {
  const change = (w: GateWorld) => afterRevoked(w, shown);
  return { name, change, act: (w) => w.promote(next), promotes: true, refused };
}

export const attempts: readonly Attempt[] = [
  attempt(
    'as much memory as a revoked release took',
    { attempts: Object.fromEntries(suites.map((suite) => [suite, [heavy]])) },
    /memory: memory: expected at most 1\.15 times the median of 4152\.1\.0, since 4230\.1\.0 was revoked/,
  ),
  attempt(
    'a case that fails as it did with a revoked release',
    { attempts: { [victim]: Array.from({ length: 5 }, () => failed()) } },
    /no-regression: etcd\/minority.*expected 0 failures of 2 .* as for 4152\.1\.0, since 4230\.1\.0 was rev/,
  ),
  attempt(
    'canaries that fail no more often than those of a revoked release',
    { canary: { failed: 40, baseline: { version: '4230.1.0', instances: 200, failed: 80 } } },
    /canary: canaries of 4250\.1\.0 by fleet: expected compared with .*, seen 4230\.1\.0, which was revoked/,
  ),
];
