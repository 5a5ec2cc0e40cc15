/**
 * Whose fault a deadline of ours is: the host's if it starved the guest all that time, else what the
 * error says, and nothing but waiting is excused.
 */

import t from 'tap';
import { InfrastructureError, ProductError } from '../../../harness/base/errors.js';
import { orHostStarved } from '../../../harness/execute/host-starved.js';

const readings = 'over the last 60 s a task of the host got 16 % of a processor';
const details = { machine: 'main-0', phase: 'units', evidence: 'last line: x' } as const;
const late = new ProductError('BOOT_TIMEOUT', 'main-0 did not answer', {
  ...details,
  waitedMs: 60_000,
});

t.test('a guest that was starved', async (t) => {
  const asked: number[] = [];
  const starvedFor = (waitMs: number) => {
    asked.push(waitMs);
    return readings;
  };
  t.match(orHostStarved(late, starvedFor), {
    kind: 'infrastructure',
    code: 'HOST_STARVED',
    phase: 'host',
    machine: 'main-0',
    evidence: `${readings}\nlast line: x`,
    message: /^main-0 did not answer; over the last 60 s .*--jobs$/,
  });
  t.same(asked, [60_000], 'over the whole wait');
  const silent = new ProductError('SUITE_TIMEOUT', 'late', { waitedMs: 1 });
  t.match(
    orHostStarved(silent, () => readings),
    { evidence: readings, machine: undefined },
  );
});

t.test('a guest that had its time', async (t) => {
  t.equal(
    orHostStarved(late, () => undefined),
    late,
  );
  t.equal(orHostStarved(late, undefined), late);
});

t.test('what did not wait, and what is no fault of the image', async (t) => {
  const wrong = new ProductError('ASSERTION_FAILED', 'no', details);
  const ours = new InfrastructureError('QEMU_EXITED', 'gone', { waitedMs: 1 });
  for (const one of [wrong, ours, 'text'])
    t.equal(
      orHostStarved(one, () => readings),
      one,
    );
});
