/**
 * Canaries as a stored run has them: what machines and their update servers said.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import type { Outcome } from '../../../../harness/model/outcome.js';
import type { RunRecord } from '../../../../harness/model/record.js';
import type { UpdateMessage } from '../../../../harness/model/updates.js';
import type { StoredEvidence } from '../../../../results/gate/attest-run.js';
import { canariesOfRun, canaryFile } from '../../../../results/gate/canary/canaries-of-run.js';
import { candidate, digest, runOf } from '../../../support/gate-values.js';

const [before, next] = ['9999.0.0', '10000.0.0'];
const release = candidate(next);
const payloadSha256 = digest(`payload ${next}`);
const start = Date.parse('2026-06-30T12:00:00.000Z');
const minute = 60_000;

type Said = readonly [minutes: number, rest: object];

function check(version: string, answer: 'update' | 'noupdate', offered?: string): object {
  return { kind: 'check', client: { version }, answer, ...(offered && { version: offered }) };
}

function event(version: string, type: number, result: number, errorCode?: number): object {
  const told = { type, result, ...(errorCode !== undefined && { errorCode }) };
  return { kind: 'event', client: { version }, event: told };
}

const taken: readonly Said[] = [
  [0, check(before, 'update', next)],
  [1, event(before, 13, 1)],
  [2, { kind: 'download', version: next, from: 0, status: 200, sent: 9, complete: true }],
  [3, event(before, 3, 1)],
];
const well: readonly Said[] = [...taken, [6, event(next, 3, 2)], [6, check(next, 'noupdate')]];
const back: readonly Said[] = [...taken, [9, event(before, 3, 0, 44)]];
const still: readonly Said[] = [[1, check(before, 'noupdate')]];

/** A run with a case of so many attempts, each of these machines, all of which ended in that way. */
async function run(
  t: Test,
  attempts: readonly (readonly (readonly Said[])[] | string | undefined)[],
  outcome: Outcome = 'passed',
): Promise<StoredEvidence> {
  const directory = t.testdir({});
  const kept = await Promise.all(
    attempts.map(async (machines, n) => {
      if (machines === undefined) return { attempt: n + 1, outcome, attachments: [] };
      const file = `cases/rolling/canary/attempt-${n + 1}/attachments/${canaryFile}`;
      await mkdir(join(directory, dirname(file)), { recursive: true });
      await writeFile(join(directory, file), textOf(machines));
      return { attempt: n + 1, outcome, attachments: [{ name: canaryFile, file }] };
    }),
  );
  const cases = [{ id: 'rolling/canary@reference-amd64@qemu-bios', attempts: kept }];
  const record = { run: '20260630-120000-abcd', image: { version: before }, cases };
  const evidence = runOf(before, { updatesTo: [{ version: next, payloadSha256 }] });
  return { directory, record: record as unknown as RunRecord, evidence };
}

async function reportOf(stored: StoredEvidence) {
  return (await canariesOfRun(stored, release)).report;
}

function textOf(machines: readonly (readonly Said[])[] | string): string {
  if (typeof machines === 'string') return machines;
  const all = machines.map((said, n) => {
    const messages = said.map(([minutes, rest]) => ({ atMs: start + minutes * minute, ...rest }));
    return { machine: `main-${n}`, messages: messages as UpdateMessage[] };
  });
  return JSON.stringify(all);
}

t.test(
  'a canary that has just come back well: the others are looked at when as young',
  async (t) => {
    const stored = await run(t, [[well, still, still]]);
    t.same(await reportOf(stored), {
      source: 'run 20260630-120000-abcd',
      version: next,
      at: '2026-06-30T12:06:00.000Z',
      instances: 1,
      failed: 0,
      ages: [{ hours: 0, machines: 1 }],
      baseline: { version: '9999.0.0', instances: 1, failed: 0 },
    });
  },
);

t.test('canaries that came back to the release before, or not at all', async (t) => {
  const stored = await run(t, [[well, back, taken, still]]);
  const report = await reportOf(stored);
  t.match(report, { instances: 3, failed: 2, baseline: { instances: 4, failed: 0 } });
  t.same(report.ages, [{ hours: 0.05, machines: 1 }]);
  t.same(report.errors, [
    { reason: 'error 44', machines: 1 },
    { reason: 'not heard of again', machines: 1 },
  ]);
});

t.test('all attempts count', async (t) => {
  const stored = await run(t, [[back], [well]]);
  t.match(await reportOf(stored), { instances: 2, failed: 1 });
});

t.test(
  'an attempt that failed tells of its canaries, one that the host has ended does not',
  async (t) => {
    t.match(await reportOf(await run(t, [[taken]], 'failed')), { instances: 1, failed: 1 });
    for (const outcome of ['errored', 'cancelled'] as const) {
      await t.rejects(reportOf(await run(t, [[taken]], outcome)), { code: 'NO_CANARIES' }, outcome);
    }
  },
);

t.test('a download that was cut off is none', async (t) => {
  const cut = { kind: 'download', version: next, from: 0, status: 200, sent: 1, complete: false };
  const stored = await run(t, [[well, [...taken.slice(0, 2), [2, cut]]]]);
  t.match(await reportOf(stored), { instances: 1, failed: 0 });
});

t.test('runs that have no canaries say so', async (t) => {
  const refuses = async (attempts: Parameters<typeof run>[1], code: string, message: RegExp) => {
    const stored = await run(t, attempts);
    await t.rejects(reportOf(stored), { code, message });
  };
  await refuses([undefined], 'NO_CANARIES', /has no canary-evidence\.json; run a suite that keeps/);
  await refuses(
    [undefined, [well]],
    'NO_CANARIES',
    /attempt 1 of rolling\/canary@.* left no canary/,
  );
  await refuses(
    [[still]],
    'NO_CANARIES',
    /no canary of run .* took 10000\.0\.0; they had: 9999\.0\.0$/,
  );
  await refuses(['{'], 'BAD_CANARIES', /^cannot read .*canary-evidence\.json: .*JSON/);
  await refuses(
    ['[{"machine":"a","messages":[{"kind":"x"}]}]'],
    'BAD_CANARIES',
    /0\.messages\.0\.kind/,
  );
});

t.test('whose machines had other bytes of that version, whoever asks', async (t) => {
  const stored = await run(t, [[well]]);
  t.equal((await canariesOfRun(stored, release)).arch, 'amd64');
  const images = candidate('4230.1.0').images;
  const again = { ...release, images };
  await t.rejects(canariesOfRun(stored, again), { code: 'OTHER_RELEASE' });
});
