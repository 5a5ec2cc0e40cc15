/**
 * What an attempt does not wait for: a machine that can't come up, and a boot or a suite beyond its limit.
 */

import t from 'tap';
import { pause } from '../../../harness/base/poll.js';
import { role } from '../../../harness/model/topology.js';
import type { FakeScript } from '../../support/fake-platform.js';
import { attempt, type Body, forever, line } from './run-fake-attempt.js';

t.test('a machine that starts again and again is not waited for', async (t) => {
  const loop: FakeScript['onProvision'] = async (_request, emit, signal) => {
    for (let boot = 1; boot <= 3; boot++) emit({ kind: 'power-on', machine: 'main-0', boot });
    await pause(60_000, signal);
  };
  const { end } = await attempt(forever, {}, { onProvision: loop });
  t.match(end, { outcome: 'failed', failure: { code: 'BOOT_LOOP', machine: 'main-0' } });
});

t.test('a platform that never comes back is the host’s fault', async (t) => {
  const onProvision: FakeScript['onProvision'] = async (_request, _emit, signal) =>
    await pause(60_000, signal);
  const limits = { bootMs: 10 };
  const topology = { roles: { main: role({ count: 2 }) } };
  const more = { limits, topology };
  const { end } = await attempt(async () => undefined, more, { onProvision, slowness: 2 });
  const failure = { code: 'PROVISION_TIMEOUT', kind: 'infrastructure', message: /within 120 ms/ };
  t.match(end, { outcome: 'errored', failure }, 'three boots of each machine, at its own speed');
});

t.test('a suite that does not end is failed, and where it was is said', async (t) => {
  const body: Body = async (context) =>
    await context.step('wait for the moon', async () => await forever(context));
  const ends: boolean[] = [];
  const onTearDown: FakeScript['onTearDown'] = (_, { failed }) => void ends.push(failed ?? false);
  const { end } = await attempt(body, { limits: { runMs: 20 } }, { onTearDown });
  t.match(end, { outcome: 'failed', failure: { code: 'SUITE_TIMEOUT' } });
  t.same(ends, [true], 'so that the screen is kept');
  t.match(end.failure?.message, /wait for the moon/);
});

t.test('the limit of a suite is for a host of speed 1', async (t) => {
  const { end } = await attempt(forever, { limits: { runMs: 200 } }, { slowness: 5 });
  t.match(end.failure, { code: 'SUITE_TIMEOUT', message: /within 1 s;/ });
});

t.test(
  'a suite that a starved host kept from ending is nobody’s fault but the host’s',
  async (t) => {
    const limits = { limits: { runMs: 20 } };
    const { end } = await attempt(forever, limits, {}, t.testdir(), (waitMs) => `for ${waitMs} ms`);
    t.match(end, { outcome: 'errored', failure: { code: 'HOST_STARVED', evidence: 'for 20 ms' } });
  },
);

t.test('a panic during the boot ends the attempt, not the boot limit', async (t) => {
  const onProvision: FakeScript['onProvision'] = async (_request, emit, signal) => {
    setTimeout(() => emit(line('Kernel panic - not syncing: no init')), 5);
    await pause(60_000, signal);
  };
  const { end, events } = await attempt(forever, {}, { onProvision });
  t.match(end, { outcome: 'failed', failure: { code: 'KERNEL_PANIC', phase: 'kernel' } });
  t.match(events.of('finding'), [{ pattern: 'kernel-panic', severity: 'fatal' }]);
});

t.test('what a suite does after its attempt has ended is not logged', async (t) => {
  let late: Promise<unknown> | undefined;
  const deaf: Body = async ({ step }) => {
    late = step('does not listen', async () => await pause(50, new AbortController().signal));
    await late;
  };
  const { end, events } = await attempt(deaf, { limits: { runMs: 10 } });
  t.match(end.failure, { code: 'SUITE_TIMEOUT', steps: ['does not listen'] });
  await late;
  t.equal(events.events.at(-1)?.kind, 'attempt-ended');
});
