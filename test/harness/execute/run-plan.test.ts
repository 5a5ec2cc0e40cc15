/**
 * Running plans on the fake platform: every case ends once, within the budget, whatever happens.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { systemClock } from '../../../harness/base/clock.js';
import {
  CancelledError,
  InfrastructureError,
  ProductError,
  toFailure,
  UsageError,
} from '../../../harness/base/errors.js';
import { pause } from '../../../harness/base/poll.js';
import type { HostLoad } from '../../../harness/execute/host-load.js';
import { type PlanExecution, runPlan } from '../../../harness/execute/run-plan.js';
import { Throttle } from '../../../harness/execute/throttle.js';
import type { CaseId, SuiteId } from '../../../harness/model/ids.js';
import { usualShare } from '../../../harness/model/room.js';
import type { Suite } from '../../../harness/model/suite.js';
import { role } from '../../../harness/model/topology.js';
import { FakePlatform, type FakeScript } from '../../support/fake-platform.js';
import { EventList, fakeImage, fakePlan, fakeSuite } from '../../support/fixtures.js';

type Optional = 'budget' | 'retries' | 'signal' | 'maxFailures' | 'throttle' | 'verifyForks';

interface Setting extends Partial<Pick<PlanExecution, Optional>> {
  readonly script?: FakeScript;
  readonly seed?: number;
  readonly directory?: string;
  readonly repeatEach?: number;
}

async function run(suites: readonly Suite[], setting: Setting = {}) {
  const platform = new FakePlatform(setting.script);
  const events = new EventList();
  await runPlan({
    plan: fakePlan(suites, setting.seed ?? 1, setting.repeatEach),
    suites: new Map(suites.map((suite) => [suite.id as SuiteId, suite])),
    image: fakeImage(),
    platform,
    events,
    runDirectory: setting.directory ?? t.testdir(),
    budget: setting.budget ?? { memoryMiB: 8192, vcpus: 8 },
    retries: setting.retries ?? 0,
    maxFailures: setting.maxFailures,
    throttle: setting.throttle,
    verifyForks: setting.verifyForks,
    signal: setting.signal ?? new AbortController().signal,
  });
  return { platform, events, ends: events.of('attempt-ended') };
}

t.test('a suite that does nothing passes', async (t) => {
  const { events, ends, platform } = await run([fakeSuite('a/one')]);
  t.match(ends, [{ case: 'a/one@fake-amd64@fake-bios', attempt: 1, outcome: 'passed' }]);
  t.equal(events.of('case-planned').length, 1);
  t.equal(platform.tornDown, 1);
});

t.test('random plans: never over budget, every case ends once, locks are exclusive', async (t) => {
  const shape = fc.record({
    count: fc.integer({ min: 1, max: 3 }),
    vcpus: fc.integer({ min: 1, max: 2 }),
    memoryMiB: fc.constantFrom(256, 512, 1024),
    lock: fc.boolean(),
  });
  const directory = t.testdir();
  const property = fc.asyncProperty(
    fc.array(shape, { maxLength: 20 }),
    fc.nat(),
    async (all, seed) => {
      let holders = 0;
      const suites = all.map(({ lock, ...shape }, n) =>
        fakeSuite(`a/s${n}`, {
          topology: { roles: { main: role(shape) } },
          locks: lock ? ['one'] : [],
          run: async () => {
            if (lock && ++holders > 1) throw new ProductError('SHARED_LOCK', 'two hold the lock');
            await pause(0, new AbortController().signal);
            if (lock) holders--;
          },
        }),
      );
      const budget = { memoryMiB: 4096, vcpus: 7 };
      const { platform, ends } = await run(suites, { budget, seed, directory });
      const ids = ends.map((end) => end.case);
      return (
        platform.peak.memoryMiB <= budget.memoryMiB &&
        platform.peak.vcpus * usualShare.vcpus <= budget.vcpus &&
        platform.used.clusters === 0 &&
        ids.length === suites.length &&
        new Set(ids).size === ids.length &&
        ends.every(({ outcome }) => outcome === 'passed')
      );
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

t.test('a case that waits for much room is not starved by small ones', async (t) => {
  const started: string[] = [];
  const timed = (id: string, durationMs: number) => ({
    run: async ({ signal }: { readonly signal: AbortSignal }) => {
      started.push(id);
      await pause(durationMs, signal);
    },
  });
  const shaped = (memoryMiB: number, vcpus: number) => ({
    topology: { roles: { main: role({ memoryMiB, vcpus }) } },
  });
  const first = fakeSuite('large/first', { ...timed('first', 5), ...shaped(6144, 2) });
  const waits = fakeSuite('large/waits', { ...timed('waits', 1), ...shaped(5120, 4) });
  const small = Array.from({ length: 100 }, (_, n) =>
    fakeSuite(`small/s${n}`, { ...timed(`s${n}`, 1 + (n % 3)), ...shaped(256, 1) }),
  );
  await run([...small, waits, first], { budget: { memoryMiB: 8192, vcpus: 4 } });
  const position = started.indexOf('waits');
  t.ok(position > 0 && position < 40, `started as number ${position} of 102`);
});

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

t.test('a bug in a suite is our own fault and is not retried', async (t) => {
  const suite = fakeSuite('a/one', {
    run: async () => {
      throw new TypeError('undefined is not a machine');
    },
  });
  const { ends } = await run([suite], { retries: 3 });
  t.match(ends, [{ outcome: 'errored', failure: { kind: 'internal', code: 'SUITE_BUG' } }]);
});

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
  const leftover = {
    code: 'PROCESS_LEAKED',
    kind: 'infrastructure',
    phase: 'teardown',
    message: 'pid 1',
  } as const;
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
  const leaked = {
    code: 'PROCESS_LEAKED',
    kind: 'infrastructure',
    phase: 'teardown',
    message: 'pid 1',
  } as const;
  const suites = [fakeSuite('a/one'), fakeSuite('a/two')];
  const budget = { memoryMiB: 1536, vcpus: 4 };
  const { ends, platform } = await run(suites, { script: { leftovers: [leaked] }, budget });
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

t.test('bad usage inside an attempt is not tried again', async (t) => {
  const onProvision = () => {
    throw new UsageError('WRONG_ARCH', 'the image is arm64');
  };
  const { ends } = await run([fakeSuite('a/one')], { script: { onProvision }, retries: 3 });
  t.match(ends, [{ outcome: 'errored', failure: { code: 'WRONG_ARCH' } }]);
  t.equal(ends.length, 1);
});

t.test('a plan with an unknown suite is refused before anything is logged', async (t) => {
  const events = new EventList();
  const execution = {
    plan: fakePlan([fakeSuite('a/one')]),
    suites: new Map(),
    image: fakeImage(),
    platform: new FakePlatform(),
    events,
    runDirectory: t.testdir(),
    budget: { memoryMiB: 8192, vcpus: 8 },
    retries: 0,
    signal: new AbortController().signal,
  };
  await t.rejects(runPlan(execution), { code: 'UNKNOWN_CASE', message: /a\/one/ });
  t.same(events.events, []);
});

t.test('the same seed gives the same order', async (t) => {
  const suites = Array.from({ length: 30 }, (_, n) => fakeSuite(`a/s${n}`));
  const order = (seed: number) => fakePlan(suites, seed).cases.map(({ suite }) => suite);
  t.same(order(7), order(7));
  t.notSame(order(7), order(8));
});

t.test('repetitions run side by side, each a case with files of its own', async (t) => {
  const directory = t.testdir();
  const clusters: string[] = [];
  const onProvision: FakeScript['onProvision'] = ({ id, artifactDirectory }) => {
    clusters.push(id, artifactDirectory);
  };
  const { ends } = await run([fakeSuite('a/one')], {
    repeatEach: 3,
    directory,
    script: { onProvision },
  });
  t.same(new Set(ends.map((end) => end.case)).size, 3);
  t.equal(new Set(clusters).size, 6, 'names and directories differ');
  for (const part of ['', 'repeat-2/', 'repeat-3/']) {
    t.ok(existsSync(join(directory, `cases/a/one/${part}attempt-1`)), part);
  }
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

t.test('what the machines took is logged with the end of the attempt', async (t) => {
  const usage = { cpuSeconds: 3.5, peakMemoryMiB: 212 };
  const { ends } = await run([fakeSuite('a/one')], { script: { usage } });
  t.match(ends, [{ usage }]);
  const unmeasured = await run([fakeSuite('a/one')]);
  t.notOk('usage' in (unmeasured.ends[0] ?? {}));
});

/** A throttle over a host whose readings the test changes. */
function throttleOver(load: Partial<HostLoad>, patienceMs: number): Throttle {
  const unknown = { cpuStalledMs: undefined, memoryStalledMs: undefined };
  const none = { memoryAvailableMiB: undefined, memoryTotalMiB: undefined };
  const gauge = { read: () => ({ ...unknown, ...none, ...load }) };
  return new Throttle({ gauge, clock: systemClock, cpus: 4, patienceMs });
}

t.test('a host under pressure runs one case after the other', async (t) => {
  const suites = Array.from({ length: 5 }, (_, n) => {
    return fakeSuite(`a/s${n}`, { run: async ({ signal }) => await pause(5, signal) });
  });
  // Every look comes 2 s after the last one, and all of it was spent waiting for memory.
  let ms = 0;
  const clock = { now: () => new Date(ms), elapsedMs: () => (ms += 2_000) };
  const unknown = { cpuStalledMs: undefined, memoryAvailableMiB: undefined };
  const gauge = { read: () => ({ ...unknown, memoryTotalMiB: undefined, memoryStalledMs: ms }) };
  const throttle = new Throttle({ gauge, clock, cpus: 4 });
  const { platform, ends } = await run(suites, { throttle });
  t.equal(ends.length, 5);
  t.equal(platform.peak.clusters, 1);
});

t.test('memory that others hold is waited for, then taken', async (t) => {
  const load = { memoryAvailableMiB: 600, memoryTotalMiB: 8192 };
  setTimeout(() => Object.assign(load, { memoryAvailableMiB: 8000 }), 50);
  const { ends } = await run([fakeSuite('a/one')], { throttle: throttleOver(load, 60_000) });
  t.match(ends, [{ outcome: 'passed' }]);
});

t.test('memory that never comes ends what waits, with the figures', async (t) => {
  const load = { memoryAvailableMiB: 600, memoryTotalMiB: 8192 };
  const { ends, platform } = await run([fakeSuite('a/one')], { throttle: throttleOver(load, 10) });
  const message = /lacked memory for 0.01 s .*: 1024 MiB are needed, 88 MiB can be had/;
  t.match(ends, [
    { outcome: 'errored', failure: { code: 'OUT_OF_MEMORY', phase: 'host', message } },
  ]);
  t.equal(platform.provisioned, 0);
});

t.test('an interrupt ends a run that waits for memory at once', async (t) => {
  const controller = new AbortController();
  const throttle = throttleOver({ memoryAvailableMiB: 0, memoryTotalMiB: 8192 }, 60_000);
  const reason = new CancelledError('RUN_INTERRUPTED', 'interrupted by SIGINT');
  setTimeout(() => controller.abort(reason), 20);
  const startedMs = performance.now();
  const { ends } = await run([fakeSuite('a/one')], { throttle, signal: controller.signal });
  t.match(ends, [{ outcome: 'cancelled', failure: { code: 'RUN_INTERRUPTED' } }]);
  t.ok(performance.now() - startedMs < 5_000);
});

t.test('an interrupt while the host holds cases back lets the running one end', async (t) => {
  const controller = new AbortController();
  const reason = new CancelledError('RUN_INTERRUPTED', 'interrupted by SIGINT');
  const throttle = throttleOver({ memoryAvailableMiB: 1600, memoryTotalMiB: 8192 }, 60_000);
  const waits = async ({ signal }: { readonly signal: AbortSignal }) => {
    setTimeout(() => controller.abort(reason), 20);
    await pause(60_000, signal);
  };
  const suites = ['a/one', 'a/two', 'a/three'].map((id) => fakeSuite(id, { run: waits }));
  // A teardown needs the event loop: a run that spins through microtasks never gets there.
  const script = { onTearDown: async () => await pause(50, AbortSignal.timeout(5_000)) };
  const { ends } = await run(suites, { throttle, signal: controller.signal, script });
  t.equal(ends.length, 3);
  for (const end of ends) t.match(end, { outcome: 'cancelled' });
});
