/**
 * What is tried again, what is not, and what ends a run.
 */

import t from 'tap';
import { InfrastructureError, ProductError, UsageError } from '../../../harness/base/errors.js';
import { pause } from '../../../harness/base/poll.js';
import type { CaseId } from '../../../harness/model/ids.js';
import type { ForkState } from '../../../harness/model/platform.js';
import type { FakeScript } from '../../support/fake-platform.js';
import { fakeSuite } from '../../support/fixtures.js';
import { run } from './run-fake-plan.js';

t.test('an infrastructure error is tried once more, and both attempts are kept', async (t) => {
  let boots = 0;
  const onProvision = () => {
    if (++boots === 1) throw new InfrastructureError('QEMU_EXITED', 'gone', { phase: 'qemu' });
  };
  const { ends } = await run([fakeSuite('a/one')], { script: { onProvision } });
  t.match(ends, [
    { attempt: 1, outcome: 'errored', failure: { code: 'QEMU_EXITED', phase: 'qemu' } },
    { attempt: 2, outcome: 'passed' },
  ]);
});

t.test('an infrastructure error that stays is errored after two attempts', async (t) => {
  const onProvision = () => {
    throw new InfrastructureError('DISK_FULL', 'no room');
  };
  const { ends } = await run([fakeSuite('a/one')], { script: { onProvision }, retries: 5 });
  t.same(
    ends.map(({ outcome }) => outcome),
    ['errored', 'errored'],
  );
});

t.test('a failure is retried only as often as was asked', async (t) => {
  let runs = 0;
  const suite = fakeSuite('a/one', {
    run: async () => {
      if (++runs < 3) throw new ProductError('ASSERTION_FAILED', 'wrong');
    },
  });
  t.match((await run([suite])).ends, [{ outcome: 'failed' }]);
  runs = 0;
  t.match((await run([suite], { retries: 2 })).ends, [
    { outcome: 'failed' },
    { outcome: 'failed' },
    { outcome: 'passed' },
  ]);
});

t.test('a fork of the sample is held against a cold boot, which counts', async (t) => {
  const verifyForks = new Set(['a/one@fake-amd64@fake-bios' as CaseId]);
  const starts: string[] = [];
  const onProvision: FakeScript['onProvision'] = ({ start }) => void starts.push(start);
  const agreed = await run([fakeSuite('a/one'), fakeSuite('a/two')], {
    verifyForks,
    script: { onProvision },
  });
  t.strictSame(starts.sort(), ['cold', 'fork', 'fork']);
  t.strictSame(agreed.events.of('fork-disagreed'), []);

  const script: FakeScript = {
    onProvision: ({ start }) => {
      if (start === 'cold') throw new ProductError('BOOT_TIMEOUT', 'no answer');
    },
  };
  const { ends, events } = await run([fakeSuite('a/one')], { verifyForks, script });
  t.match(ends, [
    { attempt: 1, outcome: 'passed' },
    { attempt: 2, outcome: 'failed' },
  ]);
  t.match(events.of('fork-disagreed'), [{ attempt: 2, fork: 'passed', cold: 'failed' }]);
});

t.test('a failure of a fork that has proven nothing is left to a cold boot', async (t) => {
  const starts: string[] = [];
  /** Panics as a fork, and by request as a cold boot. */
  const script = (of: { readonly state: ForkState; readonly cold: boolean }): FakeScript => ({
    onProvision: async ({ start }, emit, signal) => {
      starts.push(start);
      if (start === 'fork') {
        emit({ kind: 'fork', machine: 'main-0', is: 'unproven' });
        emit({ kind: 'fork', machine: 'main-0', is: of.state });
      }
      if (start === 'cold' && !of.cold) return;
      const text = 'Kernel panic - not syncing: Attempted to kill init!';
      emit({ kind: 'console', machine: 'main-0', boot: 1, line: 1, text });
      await pause(60_000, signal);
    },
  });
  const suites = [fakeSuite('a/one')];
  const verifyForks = new Set(['a/one@fake-amd64@fake-bios' as CaseId]);
  const fork = { state: 'unproven', cold: false } as const;
  const template = await run(suites, { script: script(fork), verifyForks });
  t.match(template.ends, [
    {
      attempt: 1,
      outcome: 'errored',
      failure: { code: 'FORK_UNPROVEN', machine: 'main-0', message: /KERNEL_PANIC: main-0: / },
    },
    { attempt: 2, outcome: 'passed' },
  ]);
  t.same(starts.splice(0), ['fork', 'cold'], 'which is the one that forks are held against');
  const image = await run(suites, { script: script({ ...fork, cold: true }) });
  t.match(image.ends, [{ outcome: 'errored' }, { failure: { code: 'KERNEL_PANIC' } }]);
  t.same(starts.splice(0), ['fork', 'cold']);
  const proven = await run(suites, { script: script({ ...fork, state: 'proven' }) });
  t.match(proven.ends, [{ attempt: 1, outcome: 'failed', failure: { code: 'KERNEL_PANIC' } }]);
  t.same(starts, ['fork'], 'a true copy is the image’s own');
});

t.test('a config that is refused is the image’s own from the first moment on', async (t) => {
  const script: FakeScript = {
    onProvision: async (_, emit, signal) => {
      emit({ kind: 'fork', machine: 'main-0', is: 'unproven' });
      const text = '[   14.2] ignition[612]: Ignition failed: config is not valid';
      emit({ kind: 'console', machine: 'main-0', boot: 1, line: 1, text });
      await pause(60_000, signal);
    },
  };
  const { ends } = await run([fakeSuite('a/one')], { script });
  t.match(ends, [{ attempt: 1, outcome: 'failed', failure: { code: 'IGNITION_FAILED' } }]);
});

t.test('a bug in a suite is our own fault and is not retried', async (t) => {
  const suite = fakeSuite('a/one', {
    run: async () => {
      throw new TypeError('undefined is not a machine');
    },
  });
  const { ends } = await run([suite], { retries: 3 });
  t.match(ends, [{ outcome: 'errored', failure: { kind: 'internal', code: 'SUITE_BUG' } }]);
});

t.test('bad usage inside an attempt is not tried again', async (t) => {
  const onProvision = () => {
    throw new UsageError('WRONG_ARCH', 'the image is arm64');
  };
  const { ends } = await run([fakeSuite('a/one')], { script: { onProvision }, retries: 3 });
  t.match(ends, [{ outcome: 'errored', failure: { code: 'WRONG_ARCH' } }]);
  t.equal(ends.length, 1);
});

t.test('after enough failures the run ends, and every case has an end', async (t) => {
  const suites = Array.from({ length: 6 }, (_, n) =>
    fakeSuite(`a/s${n}`, {
      run: async () => {
        throw new ProductError('ASSERTION_FAILED', 'wrong');
      },
    }),
  );
  const budget = { memoryMiB: 8192, vcpus: 8, jobs: 1 };
  const { ends } = await run(suites, { maxFailures: 2, retries: 1, budget });
  const outcomes = ends.filter(({ attempt }) => attempt === 1).map(({ outcome }) => outcome);
  t.same(outcomes, ['failed', 'failed', 'cancelled', 'cancelled', 'cancelled', 'cancelled']);
  const message = '2 cases did not pass, the limit of --max-failures';
  t.match(ends.at(-1), { failure: { code: 'MAX_FAILURES', kind: 'cancelled', message } });
});

t.test('a host that fails counts too', async (t) => {
  const onProvision = () => {
    throw new InfrastructureError('DISK_FULL', 'no room');
  };
  const budget = { memoryMiB: 8192, vcpus: 8, jobs: 1 };
  const suites = ['a/one', 'a/two'].map((id) => fakeSuite(id));
  const { ends } = await run(suites, { maxFailures: 1, script: { onProvision }, budget });
  t.same(
    ends.map(({ outcome }) => outcome),
    ['errored', 'errored', 'cancelled'],
  );
});

t.test('a case that is flaky in the end does not count as a failure', async (t) => {
  const seen = new Set<string>();
  const suites = ['a/one', 'a/two'].map((id) =>
    fakeSuite(id, {
      run: async () => {
        if (seen.has(id)) return;
        seen.add(id);
        throw new ProductError('ASSERTION_FAILED', 'wrong');
      },
    }),
  );
  const { ends } = await run(suites, { maxFailures: 1, retries: 1 });
  t.equal(ends.filter(({ outcome }) => outcome === 'passed').length, 2);
});
