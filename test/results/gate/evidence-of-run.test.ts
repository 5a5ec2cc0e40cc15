/**
 * What the gate takes out of a record, and what it leaves there.
 */

import t from 'tap';
import type { RunEvent } from '../../../harness/model/events.js';
import { foldRun } from '../../../results/fold.js';
import { evidenceOfRun } from '../../../results/gate/evidence-of-run.js';
import { runEvidenceSchema } from '../../../results/gate/evidence-schema.js';
import {
  type AttemptStory,
  attemptEvents,
  failure,
  leaked,
  logged,
  plannedCase,
  runStarted,
  suite,
} from '../support/events.js';

const record = 'ee'.repeat(32);
const next = { name: 'next', version: '1.1.0', payloadSha256: '11'.repeat(32) };
const broken = { name: 'broken', version: '1.1.1', payloadSha256: '22'.repeat(32) };
const usage = { cpuSeconds: 5, peakMemoryMiB: 700 };

/** One attempt of a case, with events that came before its end. */
function attemptOf(id: string, story: AttemptStory, between: readonly object[] = []): RunEvent[] {
  const [started, ...rest] = attemptEvents(id, 1, story);
  const of = { case: plannedCase(id).id, attempt: 1 };
  const more = between.map((event) => ({ ...event, ...of }));
  return [started, ...more, ...rest] as RunEvent[];
}

/** What the run of these attempts, of cases that were planned, is as evidence. */
function evidenceOf(ids: readonly string[], events: readonly RunEvent[], start: object = {}) {
  const log = logged([
    { ...runStarted, ...start } as RunEvent,
    ...ids.map((id): RunEvent => ({ kind: 'case-planned', planned: plannedCase(id) })),
    { kind: 'case-excluded', excluded: { suite: suite('tpm/log'), reason: 'it has no TPM' } },
    ...events,
    { kind: 'run-ended', interrupted: false },
  ]);
  return evidenceOfRun(foldRun(log, []), record);
}

function ready(start: string, readyMs: number) {
  const boot = { machine: 'main-1', start, accelerator: 'tcg', readyMs, phasesMs: {} };
  return { kind: 'machine-ready', boot };
}

t.test('the run, its image and what it left out', async (t) => {
  const merged = [{ run: '20261101-101500-aaaa', lines: 9, digest: 'ab'.repeat(32) }];
  const part = { index: 2, count: 4 };
  const code = 'cc'.repeat(32);
  const evidence = evidenceOf(['boot/first'], [], { code, merged, shard: part });
  const { run, image } = runStarted as typeof runStarted & { readonly kind: 'run-started' };
  t.same(evidence, {
    ...{ run, record, code, platform: 'qemu', accelerator: 'tcg' },
    ...{ osName: image.osName, version: '1.0.0', channel: 'developer', arch: 'amd64' },
    imageSha256: image.sha256,
    updatesTo: [],
    startedAt: '2026-11-22T10:15:00.000Z',
    endedAt: '2026-11-22T10:15:03.000Z',
    interrupted: false,
    shard: '2/4',
    parts: ['20261101-101500-aaaa'],
    cases: [
      {
        id: plannedCase('boot/first').id,
        suite: 'boot/first',
        ...{ platform: 'qemu', firmware: 'bios', attempts: [] },
      },
    ],
    excluded: [{ suite: 'tpm/log', reason: 'it has no TPM' }],
  });
  t.strictSame(runEvidenceSchema.parse(evidence), evidence, 'it can be signed');
});

t.test('the time of cold boots, and the memory of all machines', async (t) => {
  const ids = ['boot/cold', 'boot/forked', 'boot/mixed'];
  const events = [
    ...attemptOf('boot/cold', { outcome: 'passed', usage }),
    ...attemptOf('boot/forked', { outcome: 'passed', start: 'fork' }),
    ...attemptOf('boot/mixed', { outcome: 'passed', start: 'fork' }, [
      ready('cold', 8000),
      ready('first-boot', 7000),
      ready('cold', 8500),
    ]),
  ];
  const { cases } = evidenceOf(ids, events);
  t.same(
    cases.map(({ attempts }) => attempts),
    [
      [{ outcome: 'passed', bootMs: [9000], memoryMiB: 700 }],
      [{ outcome: 'passed' }],
      [{ outcome: 'passed', bootMs: [8000, 8500] }],
    ],
    'a fork and a first boot out of a template are no boots',
  );
});

t.test('the payloads that there were, and those that a suite took', async (t) => {
  const ids = ['update/to-next', 'boot/first'];
  const taken = { kind: 'release-taken', name: 'next' };
  const events = [
    ...attemptOf('update/to-next', { outcome: 'passed' }, [taken]),
    ...attemptOf('boot/first', { outcome: 'passed' }),
  ];
  const { updatesTo, cases } = evidenceOf(ids, events, { releases: [next, broken] });
  t.same(
    updatesTo,
    [next, broken].map(({ version, payloadSha256 }) => ({ version, payloadSha256 })),
  );
  t.same(
    cases.map(({ attempts }) => attempts.map(({ payloads }) => payloads)),
    [[[next.payloadSha256]], [undefined]],
  );
});

t.test('why an attempt failed', async (t) => {
  const why = failure({ message: 'main-0: it gave up after 17 s' });
  const events = attemptOf('boot/first', { outcome: 'failed', failure: why });
  const [first] = evidenceOf(['boot/first'], events).cases;
  const [attempt] = first?.attempts ?? [];
  t.match(attempt, {
    outcome: 'failed',
    cause: { signature: /^[0-9a-f]{12}$/, code: 'IGNITION_FAILED', phase: 'ignition' },
  });
});

t.test('what left something behind proves nothing', async (t) => {
  const leftovers = [leaked];
  const stories: readonly AttemptStory[] = [
    { outcome: 'passed', leftovers },
    { outcome: 'skipped', skipped: 'no TPM', leftovers },
    { outcome: 'failed', failure: failure(), leftovers },
  ];
  const seen = stories.map((story) => {
    return evidenceOf(['boot/first'], attemptOf('boot/first', story)).cases[0]?.attempts[0];
  });
  const cause = { code: 'PROCESS_LEAKED', phase: 'teardown', text: /did not end/ };
  t.match(seen, [
    { outcome: 'errored', cause },
    { outcome: 'errored', cause },
    { outcome: 'failed', cause: { code: 'IGNITION_FAILED' } },
  ]);
});

t.test('a run that never ended says so', async (t) => {
  const log = logged([runStarted]);
  const evidence = evidenceOfRun(foldRun(log, []), record);
  t.notOk('endedAt' in evidence);
  t.notOk('shard' in evidence || 'parts' in evidence || 'code' in evidence);
});
