/** The object of `yard run --json` and its schema. */

import t from 'tap';
import { z } from 'zod';
import { foldRun } from '../../../results/fold.js';
import { runSummary, runSummarySchema } from '../../../results/reporters/json.js';
import { utilisationOf } from '../../../results/utilisation.js';
import { upToDate } from '../../support/generated-docs.js';
import { runEvents } from '../support/events.js';
import { disagreedEvents, everyStatus, repeatedEvents } from '../support/stories.js';

const record = foldRun(runEvents(everyStatus), ['a note']);

t.test('the summary holds what scripts ask for', async (t) => {
  const summary = runSummary(record, '/runs/one');
  t.match(summary, {
    schema: 1,
    run: '20261122-101500-1a2b',
    verdict: 'failed',
    exitCode: 1,
    seed: 7,
    counts: record.counts,
    image: { name: 'reference-amd64' },
    host: { accelerator: { name: 'tcg' } },
    excluded: [{ suite: 'container/docker' }, { suite: 'container/compose' }],
    notes: ['a note'],
    runDirectory: '/runs/one',
    reports: {
      events: '/runs/one/events.jsonl',
      record: '/runs/one/record.json',
      tap: '/runs/one/report.tap',
      junit: '/runs/one/report.xml',
    },
  });
  const failed = summary.cases.find(({ suite }) => suite === 'provision/user-key');
  t.match(failed, {
    id: 'provision/user-key@reference-amd64@qemu-bios',
    status: 'failed',
    claims: ['B01'],
    attempts: [
      {
        attempt: 1,
        outcome: 'failed',
        durationMs: 12_000,
        failure: { code: 'IGNITION_FAILED', phase: 'ignition' },
        boots: [{ machine: 'main-0', readyMs: 9000 }],
        directory: '/runs/one/cases/provision/user-key/attempt-1',
      },
    ],
  });
});

t.test('it says how full the host was, and no member of it gets lost', async (t) => {
  const busy = { ...record, budget: { memoryMiB: 4096, vcpus: 2 } };
  const { utilisation } = runSummary(busy, '/runs/one');
  t.equal(utilisation, utilisationOf(busy));
  t.type(utilisation, 'number');
});

t.test('it survives JSON unchanged, for every kind of run', async (t) => {
  const interrupted = foldRun(runEvents({ ...everyStatus, interrupted: true }), []);
  const dead = foldRun(runEvents({ ...everyStatus, interrupted: undefined }), []);
  for (const one of [record, interrupted, dead, foldRun(repeatedEvents(), []), foldRun([], [])]) {
    const summary = runSummary(one, '/runs/one');
    t.same(runSummarySchema.parse(JSON.parse(JSON.stringify(summary))), summary);
  }
});

t.test('a finding that is a comparison is told like any other', async (t) => {
  const { cases } = runSummary(foldRun(disagreedEvents(), []), '/runs/one');
  t.match(cases[0]?.attempts[1]?.findings, [{ seen: { kind: 'comparison' } }]);
});

t.test('repetitions and the part of the plan are there', async (t) => {
  const { shard, cases, excluded } = runSummary(foldRun(repeatedEvents(), []), '/runs/one');
  t.same(shard, { index: 1, count: 2 });
  t.match(cases[0]?.attempts[0]?.usage, { cpuSeconds: 4.2, peakMemoryMiB: 190 });
  t.equal(cases[1]?.repeat, 2);
  t.equal(cases[1]?.attempts[0]?.directory, '/runs/one/cases/boot/reboot/repeat-2/attempt-1');
  t.same(excluded, [{ suite: 'boot/reboot', repeat: 3, reason: 'in shard 2/2' }]);
});

t.test('docs/run-summary.schema.json is up to date', async (t) => {
  // As input, so that the schema allows keys that a later version adds.
  const schema = z.toJSONSchema(runSummarySchema, { io: 'input' });
  await upToDate(t, 'run-summary.schema.json', schema);
});
