/**
 * Findings on their way from the log through the record to the reports, of every kind of sighting.
 */

import { join } from 'node:path';
import t from 'tap';
import { systemClock } from '../../harness/base/clock.js';
import type { Finding, Sighting } from '../../harness/model/log-pattern.js';
import { openEventLog } from '../../results/event-log.js';
import { foldRun } from '../../results/fold.js';
import { parseEventLog, readEventLog } from '../../results/read-event-log.js';
import { findingText } from '../../results/reporters/explain.js';
import { runSummary } from '../../results/reporters/json.js';
import { junitReport } from '../../results/reporters/junit.js';
import { attemptEvents, logBytes, logged, plannedCase, runStarted } from './support/events.js';

const common = { machine: 'main-0', phase: 'units', boot: 2, text: 'x dumped core' } as const;
/** One of each kind: the compiler asks for those that are missing. */
const sightings: { readonly [Kind in Sighting['kind']]: Sighting & { readonly kind: Kind } } = {
  console: { kind: 'console', line: 7 },
  journal: { kind: 'journal', identifier: 'systemd-coredump', unit: 'a.service' },
  qmp: { kind: 'qmp' },
  comparison: { kind: 'comparison' },
};
const { console: onConsole, journal, qmp, comparison } = sightings;

const findings: readonly Finding[] = [
  { ...common, pattern: 'segfault', severity: 'finding', seen: onConsole },
  { ...common, pattern: 'core-dump', severity: 'note', seen: journal, expected: 'it crashes' },
  { ...common, pattern: 'core-dump', severity: 'finding', seen: { kind: 'journal' } },
  { ...common, pattern: 'kernel-panic', severity: 'fatal', seen: qmp },
  { ...common, pattern: 'fork-disagreed', severity: 'finding', seen: comparison },
];

const of = { case: plannedCase('a/b').id, attempt: 1 };
const story = [
  runStarted,
  { kind: 'case-planned', planned: plannedCase('a/b') } as const,
  ...attemptEvents('a/b', 1, {}),
  ...findings.map((finding) => ({ kind: 'finding', ...of, ...finding }) as const),
  { kind: 'expectation-unmet', ...of, pattern: 'oom-kill', reason: 'it eats all' } as const,
];

t.test('they survive the log and the fold', async (t) => {
  const path = join(t.testdir(), 'events.jsonl');
  const log = await openEventLog(path, systemClock);
  for (const event of story) log.append(event);
  await log.close();
  const { events, notes } = await readEventLog(path);
  const attempt = foldRun(events, notes).cases[0]?.attempts[0];
  t.strictSame(attempt?.findings, findings);
  t.strictSame(attempt?.unmetExpectations, [{ pattern: 'oom-kill', reason: 'it eats all' }]);
});

t.test('a sighting that is none is refused with the line of the log', async (t) => {
  const [finding] = findings;
  const bad = { kind: 'finding', ...of, ...finding, seen: { kind: 'console' } };
  const bytes = logBytes(logged([runStarted, bad as never]));
  t.throws(() => parseEventLog(bytes, 'log'), {
    code: 'RECORD_CORRUPT',
    message: /log:2: seen\.line: /,
  });
});

t.test('reports say what was seen, where and why it was expected', async (t) => {
  t.same(findings.map(findingText), [
    'main-0 boot 2, console line 7, units: finding segfault: x dumped core',
    'main-0 boot 2, journal, units: note core-dump: x dumped core (expected: it crashes)',
    'main-0 boot 2, journal, units: finding core-dump: x dumped core',
    'main-0 boot 2, qmp, units: fatal kernel-panic: x dumped core',
    'main-0 boot 2, comparison, units: finding fork-disagreed: x dumped core',
  ]);
  const record = foldRun(logged(story), []);
  const xml = junitReport(record);
  t.match(xml, 'main-0 boot 2, console line 7, units: finding segfault: x dumped core');
  t.match(xml, 'oom-kill was expected and not seen');
  const attempt = runSummary(record, '/runs/one').cases[0]?.attempts[0];
  t.strictSame(attempt?.findings, findings);
  t.match(attempt?.unmetExpectations, [{ pattern: 'oom-kill' }]);
});
