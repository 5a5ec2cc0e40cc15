/**
 * The fold: what statuses come out, and that no cut of a log can make a run look better.
 */

import fc from 'fast-check';
import t from 'tap';
import type { LoggedEvent } from '../../harness/model/events.js';
import type { Outcome } from '../../harness/model/outcome.js';
import type { CaseRecord } from '../../harness/model/record.js';
import { foldRun } from '../../results/fold.js';
import { parseEventLog } from '../../results/read-event-log.js';
import { reasonOf } from '../../results/reporters/explain.js';
import {
  type AttemptStory,
  attemptEvents,
  failure,
  leaked,
  logBytes,
  logged,
  plannedCase,
  type RunStory,
  runEvents,
  runStarted,
} from './support/events.js';
import { disagreedEvents, everyStatus, repeatedEvents } from './support/stories.js';

t.test('every status is derived and counted', async (t) => {
  const record = foldRun(runEvents(everyStatus), []);
  t.same(Object.fromEntries(record.cases.map((one) => [one.suite, one.status])), {
    'boot/first-boot': 'passed',
    'boot/again': 'passed',
    'provision/user-key': 'failed',
    'update/rollback': 'flaky',
    'net/dns': 'errored',
    'net/late': 'missing',
    'net/stopped': 'cancelled',
    'tpm/log': 'skipped',
  });
  t.same(record.counts, {
    passed: 2,
    failed: 1,
    errored: 1,
    flaky: 1,
    missing: 1,
    cancelled: 1,
    skipped: 1,
    excluded: 2,
  });
  t.equal(record.verdict, 'failed');
  t.same(record.notes, []);
  t.equal(record.startedAt, '2026-11-22T10:15:00.000Z');
});

t.test('a fork that stood for something else than a boot is noted, and a finding', async (t) => {
  const record = foldRun(disagreedEvents(), []);
  t.equal(record.cases[0]?.status, 'failed');
  t.match(record.notes, [
    /^a\/b@.*: a fork passed, and attempt 2, a cold boot, failed; forks do not/,
  ]);
  const [forked, cold] = record.cases[0]?.attempts ?? [];
  t.same(forked?.findings, []);
  t.match(cold?.findings, [
    { pattern: 'fork-disagreed', severity: 'finding', seen: { kind: 'comparison' } },
  ]);
  const text = 'a fork passed, and a cold boot failed: forks do not stand for boots here';
  t.match(reasonOf(record.cases[0] as CaseRecord), `; ${text}`, 'every report says so');
});

t.test('an attempt keeps all that was seen in it', async (t) => {
  const of = { case: plannedCase('a/b').id, attempt: 1 };
  const finding = {
    machine: 'main-0',
    pattern: 'soft-lockup',
    severity: 'note',
    phase: 'kernel',
    boot: 1,
    seen: { kind: 'console', line: 9 },
    text: 'x',
  } as const;
  const record = foldRun(
    logged([
      runStarted,
      { kind: 'case-planned', planned: plannedCase('a/b') },
      ...attemptEvents('a/b', 1, {}),
      { kind: 'step-started', ...of, step: 1, title: 'outer' },
      { kind: 'step-started', ...of, step: 2, parent: 1, title: 'inner' },
      { kind: 'step-ended', ...of, step: 2, ok: false },
      { kind: 'finding', ...of, ...finding },
      { kind: 'expectation-unmet', ...of, pattern: 'core-dump', reason: 'it crashes' },
      { kind: 'attached', ...of, name: 'dump', file: 'dump.txt' },
      { kind: 'release-taken', ...of, name: 'next' },
      { kind: 'attempt-ended', ...of, outcome: 'failed', durationMs: 5, failure: failure() },
      { kind: 'cleanup-failed', ...of, failure: failure({ code: 'PROCESS_LEAKED' }) },
      { kind: 'run-ended', interrupted: false },
    ]),
    [],
  );
  const attempt = record.cases[0]?.attempts[0];
  t.match(attempt?.steps, [
    { step: 1, title: 'outer', ok: undefined, endedAt: undefined },
    { step: 2, parent: 1, title: 'inner', ok: false },
  ]);
  t.same(attempt?.findings, [finding]);
  t.same(attempt?.unmetExpectations, [{ pattern: 'core-dump', reason: 'it crashes' }]);
  t.same(attempt?.attachments, [{ name: 'dump', file: 'dump.txt' }]);
  t.same(attempt?.releases, ['next']);
  t.equal(attempt?.cleanupFailures[0]?.code, 'PROCESS_LEAKED');
  t.equal(attempt?.boots[0]?.readyMs, 9000);
  t.equal(attempt?.failure?.code, 'IGNITION_FAILED');
});

t.test('a log that stops is never green', async (t) => {
  const open: RunStory = {
    cases: { 'a/b': [{ outcome: 'passed' }], 'a/c': [{}] },
    interrupted: undefined,
  };
  const record = foldRun(runEvents(open), []);
  t.equal(record.cases[1]?.status, 'cancelled');
  t.equal(record.cases[1]?.attempts[0]?.endedAt, undefined);
  t.equal(record.verdict, 'inconclusive');
  t.match(record.notes, [/ends before the run did/]);
  const all = { cases: { 'a/b': [{ outcome: 'passed' as const }] } };
  t.equal(foldRun(runEvents({ ...all, interrupted: undefined }), []).verdict, 'inconclusive');
  t.equal(foldRun(runEvents({ ...all, interrupted: true }), []).verdict, 'inconclusive');
  t.equal(foldRun(runEvents(all), []).verdict, 'passed');
});

t.test('what was left behind leaves a green in doubt, and excuses no red', async (t) => {
  const verdictOf = (...attempts: AttemptStory[]) =>
    foldRun(runEvents({ cases: { 'a/b': attempts, 'a/c': [{ outcome: 'passed' }] } }), []).verdict;
  const leftovers = [leaked];
  t.equal(verdictOf({ outcome: 'passed', leftovers }), 'inconclusive');
  t.equal(verdictOf({ outcome: 'errored', leftovers }, { outcome: 'passed' }), 'inconclusive');
  t.equal(verdictOf({ outcome: 'failed', failure: failure(), leftovers }), 'failed');
  t.equal(verdictOf({ outcome: 'errored' }, { outcome: 'passed' }), 'passed');
});

t.test('attempts of a case that nobody planned are said, not counted', async (t) => {
  const events = logged([
    runStarted,
    ...attemptEvents('a/b', 1, { outcome: 'passed' }),
    { kind: 'run-ended', interrupted: false },
  ]);
  const record = foldRun(events, []);
  t.equal(record.counts.passed, 0);
  t.match(record.notes, [/a\/b@.* was not planned/]);
});

/** Retries follow what could not pass; a pass or a skip ends the case, as execution does it. */
const attempts = fc
  .tuple(
    fc.array(fc.constantFrom<Outcome>('failed', 'errored'), { maxLength: 2 }),
    fc.constantFrom<Outcome | undefined>('passed', 'failed', 'errored', 'skipped', undefined),
  )
  .map(([before, last]): AttemptStory[] =>
    [...before, last].map((outcome) => (outcome === undefined ? {} : { outcome })),
  );

const anyRun = fc
  .record({
    attempts: fc.array(attempts, { minLength: 1, maxLength: 5 }),
    interrupted: fc.option(fc.boolean(), { nil: undefined }),
  })
  .map(({ attempts: list, interrupted }) => {
    const cases = Object.fromEntries(list.map((one, index) => [`a/c${index}`, one]));
    return runEvents({ cases, interrupted });
  });

/** What must hold of the record of a part against the record of the whole. */
function isNoBetter(part: readonly LoggedEvent[], whole: readonly LoggedEvent[]): boolean {
  const [some, all] = [foldRun(part, []), foldRun(whole, [])];
  const greener = some.verdict === 'passed' && all.verdict !== 'passed';
  return some.counts.passed <= all.counts.passed && !greener;
}

t.test('no prefix of a log throws or is greener than the whole', async (t) => {
  const prefix = fc.property(anyRun, fc.nat(), (events, cut) =>
    isNoBetter(events.slice(0, cut % (events.length + 1)), events),
  );
  t.doesNotThrow(() => fc.assert(prefix, { numRuns: 300 }));
});

t.test('a log that is cut at any byte folds', async (t) => {
  const events = runEvents(everyStatus);
  const bytes = logBytes(events);
  const text = bytes.toString('latin1');
  for (let cut = 0; cut <= bytes.length; cut += cut < 2000 ? 1 : 17) {
    const { events: read, notes } = parseEventLog(bytes.subarray(0, cut), 'log');
    const isTorn = cut > 0 && text[cut - 1] !== '\n';
    if (notes.length !== (isTorn ? 1 : 0)) t.fail(`cut at byte ${cut}: notes ${notes.length}`);
    if (!isNoBetter(read, events)) t.fail(`cut at byte ${cut} is greener`);
  }
  t.pass('all cuts fold');
});

t.test('an empty log folds to a run of which nothing is known', async (t) => {
  const record = foldRun([], []);
  t.equal(record.image.name, 'unknown');
  t.equal(record.verdict, 'inconclusive');
  t.match(record.notes, [/nothing is known/]);
});

t.test(
  'repetitions, the part of the plan and what was measured survive log and fold',
  async (t) => {
    const { events, notes } = parseEventLog(logBytes(repeatedEvents()), 'log');
    const record = foldRun(events, notes);
    t.same(record.notes, []);
    t.same(record.shard, { index: 1, count: 2 });
    t.same(
      record.cases.map(({ id, repeat, status }) => [id.split('qemu-')[1], repeat, status]),
      [
        ['bios', undefined, 'passed'],
        ['bios#2', 2, 'failed'],
      ],
    );
    t.same(record.cases[0]?.attempts[0]?.usage, { cpuSeconds: 4.2, peakMemoryMiB: 190 });
    t.same(record.excluded, [{ suite: 'boot/reboot', repeat: 3, reason: 'in shard 2/2' }]);
    t.equal(record.counts.missing, 0);
  },
);
