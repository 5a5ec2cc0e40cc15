/**
 * Deadlines abort with the error they were given, and the first reason wins.
 */

import t from 'tap';
import {
  abortable,
  freshDeadline,
  interruptedMs,
  scaleLimit,
  teardownLimit,
  withDeadline,
} from '../../../harness/base/deadline.js';
import { CancelledError, ProductError } from '../../../harness/base/errors.js';
import { pause, poll } from '../../../harness/base/poll.js';

const never = new Promise<never>(() => undefined);
const late = () => new ProductError('TOO_LATE', 'limit 5 ms');

t.test('a deadline rejects what waits with its own error', async (t) => {
  using deadline = freshDeadline(5, late);
  await t.rejects(abortable(never, deadline.signal), { code: 'TOO_LATE' });
});

t.test('the first reason wins', async (t) => {
  const parent = new AbortController();
  using deadline = withDeadline(parent.signal, 20, late);
  parent.abort(new CancelledError('RUN_INTERRUPTED', 'interrupted'));
  await t.rejects(pause(1000, deadline.signal), { code: 'RUN_INTERRUPTED' });
});

t.test('a disposed deadline does not fire', async (t) => {
  const deadline = freshDeadline(5, late);
  deadline[Symbol.dispose]();
  await pause(20, new AbortController().signal);
  t.notOk(deadline.signal.aborted);
});

t.test('work that settles in time keeps its result and error', async (t) => {
  using deadline = freshDeadline(1000, late);
  t.equal(await abortable(Promise.resolve(7), deadline.signal), 7);
  await t.rejects(abortable(Promise.reject(new Error('own')), deadline.signal), { message: 'own' });
});

t.test('poll looks until there is a value, and stops on the signal', async (t) => {
  let looks = 0;
  using deadline = freshDeadline(1000, late);
  const probe = () => (++looks === 3 ? 'there' : undefined);
  t.equal(await poll(probe, { signal: deadline.signal, intervalMs: 1 }), 'there');
  using short = freshDeadline(10, late);
  const endless = poll(() => undefined, { signal: short.signal, intervalMs: 1 });
  await t.rejects(endless, { code: 'TOO_LATE' });
});

t.test('whoever interrupts a run waits no longer on a slow host', async (t) => {
  const run = new AbortController();
  t.equal(teardownLimit(30_000, 3, run.signal), 30_000);
  run.abort(new CancelledError('MAX_FAILURES', 'enough'));
  t.equal(teardownLimit(30_000, 3, run.signal), 30_000, 'nobody waits for it');
  const interrupted = AbortSignal.abort(new CancelledError('RUN_INTERRUPTED', 'SIGINT'));
  for (const slowness of [1, 3, 8]) {
    const limitMs = scaleLimit(teardownLimit(30_000, slowness, interrupted), slowness);
    t.ok(limitMs * 1.5 < interruptedMs, `${limitMs} ms, and half of it for the files`);
  }
  t.equal(teardownLimit(1_000, 1, interrupted), 1_000);
});
