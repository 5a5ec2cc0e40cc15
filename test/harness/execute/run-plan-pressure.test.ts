/**
 * Plans on a host that is short of something.
 */

import fc from 'fast-check';
import t from 'tap';
import { systemClock } from '../../../harness/base/clock.js';
import { CancelledError } from '../../../harness/base/errors.js';
import { pause } from '../../../harness/base/poll.js';
import type { HostLoad } from '../../../harness/execute/host-load.js';
import { Throttle } from '../../../harness/execute/throttle.js';
import { role } from '../../../harness/model/topology.js';
import { fakeSuite } from '../../support/fixtures.js';
import { run } from './run-fake-plan.js';

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

/** A suite that needs so much, and is soon over. */
function suiteOf(id: string, memoryMiB: number) {
  return fakeSuite(id, { topology: { roles: { main: role({ memoryMiB, vcpus: 1 }) } } });
}

t.test('a case that the host has no memory for takes no other with it', async (t) => {
  const small = Array.from({ length: 40 }, (_, n) => suiteOf(`a/small${n}`, 256));
  const throttle = throttleOver({ memoryAvailableMiB: 2512, memoryTotalMiB: 8192 }, 10);
  const { ends } = await run([suiteOf('a/large', 3000), ...small], { throttle });
  const lost = ends.filter(({ outcome }) => outcome !== 'passed');
  const message = /: 3000 MiB are needed, 2000 MiB can be had/;
  t.match(lost, [{ case: /large/, failure: { code: 'OUT_OF_MEMORY', message } }]);
  t.equal(lost.length, 1);
  t.equal(ends.length, 41);
});

t.test('whatever the host allows, only what does not fit is given up', async () => {
  const size = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.nat(30));
  const sizes = fc.array(size, { maxLength: 60, size: 'max' });
  const allowances = fc.array(fc.integer({ min: 2, max: 12 }), { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(sizes, allowances, async (needs, allowed) => {
    // Every look comes 2 s after the last one and finds another allowance.
    let look = 0;
    const clock = { now: () => new Date(0), elapsedMs: () => look * 2_000 };
    const availableMiB = () => 512 + 128 * (allowed[look++ % allowed.length] ?? 0);
    const unknown = { cpuStalledMs: undefined, memoryStalledMs: undefined };
    const gauge = {
      read: () => ({ ...unknown, memoryAvailableMiB: availableMiB(), memoryTotalMiB: 8192 }),
    };
    const throttle = new Throttle({ gauge, clock, cpus: 4, patienceMs: 0 });
    const suites = needs.map((need, n) => suiteOf(`a/s${n}-${need}`, 128 * Math.max(1, need)));
    const { ends } = await run(suites, { throttle });
    const [least, most] = [Math.min(...allowed), Math.max(...allowed)];
    return ends.every(({ case: id, outcome, failure }) => {
      const need = Number(/-(\d+)/.exec(id)?.[1]);
      if (need <= least) return outcome === 'passed';
      return outcome === 'passed' ? need <= most : failure?.code === 'OUT_OF_MEMORY';
    });
  });
  await fc.assert(property, { numRuns: 30 });
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
