/**
 * One cause has one signature: wherever the machine's line was seen, however often, and whichever
 * report says it.
 */

import t from 'tap';
import type { HarnessError } from '../../harness/base/errors.js';
import { toFailure } from '../../harness/base/errors.js';
import { MachineWatch } from '../../harness/execute/machine-watch.js';
import type { LogEvent } from '../../harness/execute/match-pattern.js';
import type { LoggedEvent, RunEvent } from '../../harness/model/events.js';
import type { Finding } from '../../harness/model/log-pattern.js';
import type { Failure } from '../../harness/model/outcome.js';
import type { AttemptRecord } from '../../harness/model/record.js';
import { signatureOf } from '../../results/failure-signature.js';
import { foldRun } from '../../results/fold.js';
import { makePageData } from '../../results/html/make-page-data.js';
import { reportFormats } from '../../results/reporters/formats.js';
import { consoleLine, journalLine } from '../support/innocent-lines.js';
import { failure, logged, plannedCase, runEvents } from './support/events.js';

/** What an attempt fails with whose machine says this. */
function watched(said: readonly LogEvent[]): { failure: Failure; findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const fatal: HarnessError[] = [];
  const watch = new MachineWatch({
    expects: [],
    onFinding: (finding) => void findings.push(finding),
    onFatal: (error) => void fatal.push(error),
  });
  watch.observe({ kind: 'phase', machine: 'main-0', boot: 1, phase: 'units' });
  for (const event of said) watch.observe(event);
  watch.close();
  return { failure: toFailure(fatal[0] ?? watch.findings, 'suite'), findings };
}

function idOf(said: readonly LogEvent[]): string | undefined {
  const attempt = { ...foldRun(runEvents(oneFailed), []).cases[0]?.attempts[0], ...watched(said) };
  return signatureOf(attempt as AttemptRecord)?.id;
}

const oneFailed = { cases: { 'a/b': [{ outcome: 'failed', failure: failure() }] } } as const;

t.test('one line has one signature from console and journal', async (t) => {
  const message = 'Failed to start health.service - Health.';
  const table = [
    [consoleLine(`[   31.2] systemd[1]: ${message}`)],
    [consoleLine(`[FAILED] ${message}`)],
    [{ ...consoleLine(`[FAILED] ${message}`), line: 4711, boot: 2, machine: 'other-1' }],
    [journalLine('systemd', message)],
  ] as const;
  const [first, ...others] = table.map(idOf);
  t.match(first, /^[0-9a-f]{12}$/);
  for (const other of others) t.equal(other, first);
  t.not(idOf([journalLine('systemd', 'Failed to start other.service - O.')]), first);
});

t.test('one finding and two are one cause, and another program is another', async (t) => {
  const crash = (program: string) => `${program}[9]: segfault at 0 ip 00005581 sp 00007ffd error 4`;
  const once = idOf([journalLine('kernel', crash('nginx'))]);
  const twice = [journalLine('kernel', crash('nginx')), journalLine('kernel', crash('nginx'))];
  t.equal(idOf(twice), once);
  t.equal(idOf([consoleLine(`[   31.2] ${crash('nginx')}`)]), once);
  t.not(idOf([journalLine('kernel', crash('etcd'))]), once);
});

/** A run of one case that a fatal line of its machine ended. */
function fatalEvents(): LoggedEvent[] {
  const { failure: why, findings } = watched([
    consoleLine('[    4.3] Kernel panic - not syncing: x'),
  ]);
  const events = runEvents({ cases: { 'a/b': [{ outcome: 'failed', failure: why }] } });
  const end = events.findIndex(({ kind }) => kind === 'attempt-ended');
  const of = { case: plannedCase('a/b').id, attempt: 1 };
  const found = findings.map((one): RunEvent => ({ kind: 'finding', ...of, ...one }));
  return logged(events.toSpliced(end, 0, ...(found as LoggedEvent[])));
}

t.test('every report says the same', async (t) => {
  const record = foldRun(fatalEvents(), []);
  const [attempt] = record.cases[0]?.attempts ?? [];
  t.equal(attempt?.findings[0]?.severity, 'fatal');
  const { id } = (attempt && signatureOf(attempt)) ?? {};
  for (const format of ['tap', 'junit', 'ctrf', 'json'] as const) {
    const [, said] =
      /signature\W+([0-9a-f]{12})/.exec(
        reportFormats[format](record, { runDirectory: '/runs/x' }),
      ) ?? [];
    t.equal(said, id, format);
  }
});

t.test('the page says it of each attempt', async (t) => {
  const cases = {
    'a/b': [
      { outcome: 'failed', failure: failure({ code: 'UNIT_FAILED' }) },
      { outcome: 'failed', failure: failure() },
      { outcome: 'passed' },
    ],
  } as const;
  const record = foldRun(runEvents({ cases }), []);
  const sources = { events: [], contract: [], attempts: new Map(), newLines: new Map() };
  const [page] = makePageData({ record, ...sources, missing: [] }).cases;
  const wanted = record.cases[0]?.attempts.map((one) => signatureOf(one)?.id);
  t.same(
    page?.attempts.map(({ signature }) => signature),
    wanted,
  );
  t.equal(new Set(wanted).size, 3);
});
