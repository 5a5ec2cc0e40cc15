/**
 * Whether statements are all there that were signed or judged by, each once: part of what must be true of the
 * evidence before any rule may be judged by it.
 */

import type { Evidence } from './evidence.js';
import { rowOfReports } from './field-evidence.js';
import type { GateFinding } from './rule-result.js';
import type { SignedRun } from './run-evidence.js';

/** Something that can't be believed. */
export function wrong(subject: string, expected: string, seen: string): GateFinding {
  return { subject, expected, seen, status: 'ERROR' };
}

/** What was judged once can't be taken back, the last run of a row included. */
export function* ofKnownRuns({ knownRuns, runs, reports }: Evidence): Iterable<GateFinding> {
  const said = reports.map((one) => ({ ...one, runner: rowOfReports(one.reporter) }));
  for (const { runner, sequence, statement } of knownRuns) {
    const all = [...runs, ...said];
    const own = all.find((one) => one.runner === runner && one.sequence === sequence);
    if (own?.statement === statement) continue;
    const seen = own === undefined ? 'missing' : 'another one';
    yield wrong(`run ${sequence} of ${runner}`, 'there, since the ledger knows it', seen);
  }
}

/** A run that counts twice would make a bad rate look better. */
export function* ofRepeats(runs: readonly SignedRun[]): Iterable<GateFinding> {
  const seen = new Set<string>();
  for (const { evidence } of runs) {
    for (const id of new Set([evidence.run, evidence.record, ...(evidence.parts ?? [])])) {
      if (seen.has(id)) yield wrong(evidence.run, 'evidence once', `twice, by ${id.slice(0, 20)}`);
      seen.add(id);
    }
  }
}

/** Bytes that go by two versions: what the one has shown would count for the other. */
export function* ofNames(
  runs: readonly SignedRun[],
  { candidate, baseline, releases }: Evidence,
): Iterable<GateFinding> {
  const known = new Map<string, string>();
  const described = [candidate, ...(baseline ? [baseline] : []), ...releases];
  const named = [
    ...described.flatMap(({ version, images }) =>
      images.map(({ sha256 }) => ({ sha256, version })),
    ),
    ...runs.map(({ evidence: { imageSha256: sha256, version } }) => ({ sha256, version })),
  ];
  for (const { sha256, version } of named) {
    const first = known.get(sha256) ?? version;
    known.set(sha256, first);
    if (first === version) continue;
    yield wrong(`the image ${sha256.slice(0, 12)}`, 'one version of it', `${first} and ${version}`);
  }
}

/** A runner counts what it signs: a run that was left out leaves a hole. */
export function* ofChains(all: readonly SignedRun[]): Iterable<GateFinding> {
  const runners = new Map<string, Map<number, string>>();
  for (const { runner, sequence, statement, evidence } of all) {
    const seen = runners.get(runner) ?? new Map<number, string>();
    runners.set(runner, seen);
    const other = seen.get(sequence);
    if (other !== undefined && other !== statement) {
      yield wrong(evidence.run, `one run ${sequence} of ${runner}`, 'two that differ');
    }
    seen.set(sequence, statement);
  }
  for (const [runner, seen] of runners) {
    for (let n = 1; n <= Math.max(...seen.keys()); n++) {
      if (!seen.has(n)) yield wrong(`run ${n} of ${runner}`, 'among the evidence', 'missing');
    }
  }
}
