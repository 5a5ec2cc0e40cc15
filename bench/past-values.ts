/**
 * What the long past of a gate is made of: releases, the cases of their runs, and the policy that they are
 * judged by.
 */

import type { SuiteId } from '../harness/model/ids.js';
import type { Candidate } from '../results/gate/candidate.js';
import { sha256 } from '../results/gate/canonical-json.js';
import { inventoryDigest } from '../results/gate/rules/inventory.js';
import type { CaseEvidence } from '../results/gate/run-evidence.js';

export const osName = 'Bench OS';
export const dayMs = 86_400_000;
/** When the newest release asks. */
export const now = new Date('2026-06-30T12:00:00.000Z');

/** How much there is. */
export interface PastSize {
  readonly releases: number;
  readonly suites: number;
  readonly platforms: number;
  readonly days: number;
  /** `one`: each release until the next came; `all`: every release on every day. */
  readonly daily: 'one' | 'all';
}

/** The text whose digest is that of the payload of this release. */
export function payloadText(n: number): string {
  return `update ${n}`;
}

/** The release of this number; one more than there are is the next to come. */
export function candidateOf(n: number): Candidate {
  const image = {
    arch: 'amd64',
    sha256: sha256(`image ${n}`),
    payloadSha256: sha256(payloadText(n)),
  };
  return {
    osName,
    version: `${4000 + n}.1.0`,
    channel: 'beta',
    images: [image],
    author: 'ada',
    security: false,
    publishedAt: new Date(now.getTime() - 30 * dayMs).toISOString(),
    lineage: [
      { version: `${4000 + n}.0.0`, channel: 'alpha', publishedAt: '2026-01-01T00:00:00Z' },
    ],
  };
}

/** Which releases are run on this day, by their numbers. */
export function releasesOfDay({ releases, days, daily }: PastSize, day: number): readonly number[] {
  if (daily === 'one') return [Math.floor((day * releases) / days)];
  return Array.from({ length: releases }, (_, n) => n);
}

/** One attempt in a hundred fails before it passes, so that there is something to explain. */
export function caseOf(suite: SuiteId, platform: string, isFlaky: boolean): CaseEvidence {
  const passed = { outcome: 'passed', bootMs: [9000], memoryMiB: 512 } as const;
  const signature = sha256(suite).slice(0, 12);
  const cause = { signature, code: 'ASSERTION_FAILED', phase: 'suite', text: 'it broke' } as const;
  const attempts = isFlaky ? [{ outcome: 'failed', cause } as const, passed] : [passed];
  return { id: `${suite}@image@${platform}-bios`, suite, platform, firmware: 'bios', attempts };
}

/** Rules of every kind. */
export function rulesFor(suites: readonly SuiteId[], platforms: readonly string[]): object[] {
  const places = { arches: ['amd64'], platforms, firmware: ['bios'] };
  return [
    { id: 'all', kind: 'must-pass', cases: ['**'], ...places, flaky: 'budget' },
    { id: 'inventory', kind: 'inventory', digest: inventoryDigest(suites) },
    { id: 'no-regression', kind: 'no-regression' },
    { id: 'flakes', kind: 'flake-budget', rate: 0.05 },
    { id: 'updates', kind: 'edges', from: ['previous'], cases: ['area/suite-1*'] },
    { id: 'complete', kind: 'completeness' },
    { id: 'soak', kind: 'age', days: 14, securityDays: 2 },
    { id: 'canary', kind: 'canary', instances: 10, hours: 48 },
    { id: 'memory', kind: 'performance', metric: 'memory' },
    { id: 'people', kind: 'approvals', count: 2 },
  ];
}

/** `PREFIX-0`, `PREFIX-1` and so on. */
export function names(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
}
