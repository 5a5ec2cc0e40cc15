/**
 * Runs that are interrupted, and machines that can’t be ended.
 */

import t from 'tap';
import {
  CancelledError,
  InfrastructureError,
  ProductError,
  toFailure,
} from '../../../harness/base/errors.js';
import { pause } from '../../../harness/base/poll.js';
import { fakeSuite } from '../../support/fixtures.js';
import { run } from './run-fake-plan.js';

/** A process that could not be ended. */
const leftover = {
  code: 'PROCESS_LEAKED',
  kind: 'infrastructure',
  phase: 'teardown',
  message: 'pid 1',
} as const;

t.test('an interrupt cancels what runs and what waits, and machines are gone', async (t) => {
  const controller = new AbortController();
  const suites = Array.from({ length: 5 }, (_, n) =>
    fakeSuite(`a/s${n}`, {
      run: async ({ signal }) => {
        controller.abort(new CancelledError('RUN_INTERRUPTED', 'interrupted by SIGINT'));
        await pause(60_000, signal);
      },
    }),
  );
  const budget = { memoryMiB: 2048, vcpus: 4 };
  const { ends, platform } = await run(suites, { signal: controller.signal, budget });
  t.equal(ends.length, 5, 'every case has an end');
  for (const end of ends) {
    t.match(end, { outcome: 'cancelled', failure: { code: 'RUN_INTERRUPTED' } });
  }
  t.equal(platform.used.clusters, 0);
  t.equal(platform.provisioned, 2, 'nothing new was started');
});

t.test('failed units fail a suite that was content', async (t) => {
  const { ends } = await run([fakeSuite('a/one')], { script: { failedUnits: ['x.service'] } });
  t.match(ends, [
    {
      outcome: 'failed',
      failure: { code: 'UNIT_FAILED', phase: 'units', evidence: 'x.service: it broke' },
    },
  ]);
});

t.test('what could not be cleaned up is listed beside the outcome', async (t) => {
  const { events, ends } = await run([fakeSuite('a/one')], { script: { leftovers: [leftover] } });
  t.match(ends, [{ outcome: 'passed' }]);
  t.match(events.of('cleanup-failed'), [{ failure: leftover, attempt: 1 }]);
});

t.test('a teardown that throws is listed and ends neither its case nor the run', async (t) => {
  const suites = [fakeSuite('a/one'), fakeSuite('a/two')];
  const onTearDown = () => {
    throw new Error('no such process');
  };
  const { events, ends } = await run(suites, { script: { onTearDown } });
  t.match(ends, [{ outcome: 'passed' }, { outcome: 'passed' }]);
  const failure = {
    code: 'PROCESS_LEAKED',
    message: /teardown broke: no such process; .*yard reap/,
  };
  t.match(events.of('cleanup-failed'), [{ failure }, { failure }]);
});

t.test('a machine that could not be ended keeps its room', async (t) => {
  const suites = [fakeSuite('a/one'), fakeSuite('a/two')];
  const budget = { memoryMiB: 1536, vcpus: 4 };
  const { ends, platform } = await run(suites, { script: { leftovers: [leftover] }, budget });
  t.match(ends, [
    { outcome: 'passed' },
    { outcome: 'errored', failure: { code: 'NO_ROOM', kind: 'infrastructure', message: /reap/ } },
  ]);
  t.equal(platform.provisioned, 1);
});

t.test('a boot that fails and leaves a machine keeps its room, too', async (t) => {
  const left = (code: string) => ({
    ...({ code, kind: 'infrastructure', phase: 'teardown', message: `${code} of main-0` } as const),
  });
  const failWith = (code: string) => () => {
    const details = { phase: 'kernel', leftovers: [left(code)] } as const;
    throw new ProductError('BOOT_TIMEOUT', 'main-0 did not answer', details);
  };
  const suites = [fakeSuite('a/one'), fakeSuite('a/two')];
  const budget = { memoryMiB: 1536, vcpus: 4 };
  const script = { onProvision: failWith('PROCESS_LEAKED') };
  const leaking = await run(suites, { script, budget, retries: 3 });
  t.match(leaking.ends, [
    { outcome: 'failed', failure: { code: 'BOOT_TIMEOUT', phase: 'kernel' } },
    { outcome: 'errored', failure: { code: 'NO_ROOM' } },
  ]);
  t.equal(leaking.ends.length, 2, 'nothing is tried again beside a machine that may live');
  t.equal(leaking.platform.provisioned, 1);
  t.match(leaking.events.of('cleanup-failed'), [{ failure: left('PROCESS_LEAKED'), attempt: 1 }]);

  const files = { script: { onProvision: failWith('CLEANUP_FAILED') }, budget };
  const littering = await run(suites, files);
  t.equal(littering.platform.provisioned, 2, 'a file that is left occupies nothing');
  t.equal(littering.events.of('cleanup-failed').length, 2);
});

t.test('an interrupted boot that leaves a machine is known by it', async (t) => {
  const controller = new AbortController();
  const reason = new CancelledError('RUN_INTERRUPTED', 'interrupted by SIGINT');
  const leaked = { ...toFailure(new Error('pid 7'), 'teardown'), code: 'PROCESS_LEAKED' };
  const onProvision = () => {
    controller.abort(reason);
    throw new InfrastructureError('QEMU_EXITED', 'another end', { leftovers: [leaked] });
  };
  const { events, ends } = await run([fakeSuite('a/one')], {
    ...{ script: { onProvision }, signal: controller.signal },
  });
  t.match(ends, [{ outcome: 'cancelled', failure: { code: 'RUN_INTERRUPTED' } }]);
  t.match(events.of('cleanup-failed'), [{ failure: { code: 'PROCESS_LEAKED' } }]);
});
