/**
 * Whose fault a timeout of the guest's own clock is: the host's if it starved the guest, else the
 * image's, and a starving host excuses nothing but time.
 */

import t from 'tap';
import type { HarnessError } from '../../../harness/base/errors.js';
import { MachineWatch } from '../../../harness/execute/machine-watch.js';
import type { StarvedFor } from '../../../harness/execute/timed-causes.js';
import { consoleLine, journalLine } from '../../support/innocent-lines.js';

const readings = 'over the last 90 s a task of the host got 16 % of a processor';
const device = 'Timed out waiting for device dev-disk-by\\x2dpartlabel-OEM.device - OEM.';
const slow = 'docker.service: start operation timed out. Terminating.';
const failed = 'Failed to start docker.service - Docker Application Container Engine.';

function watchOn(starvedFor: StarvedFor) {
  const fatal: HarnessError[] = [];
  const onFatal = (error: HarnessError) => void fatal.push(error);
  const watch = new MachineWatch({ expects: [], onFinding: () => undefined, onFatal, starvedFor });
  return { fatal, hear: (text: string) => watch.observe(journalLine('systemd', text)), watch };
}

t.test('a device that a starved guest waited for', async (t) => {
  const asked: number[] = [];
  const { fatal, hear } = watchOn((waitMs) => {
    asked.push(waitMs);
    return readings;
  });
  hear(device);
  t.match(fatal, [{ kind: 'infrastructure', code: 'HOST_STARVED', phase: 'host' }]);
  t.equal(fatal[0]?.evidence, `${readings}\n${device}`);
  t.match(fatal[0]?.message, /^main-0: device-timeout: .*; over the last 90 s .*--jobs$/);
  t.same(asked, [90_000], 'the time for which systemd waits');
});

t.test('a device that a starved guest might have done without', async (t) => {
  const { fatal, hear, watch } = watchOn(() => readings);
  watch.observe({ kind: 'phase', machine: 'main-0', boot: 1, phase: 'units' });
  hear(device);
  t.match(fatal, [{ kind: 'infrastructure', code: 'HOST_STARVED' }]);
});

t.test('the same on a calm host', async (t) => {
  const { fatal, hear } = watchOn(() => undefined);
  hear(device);
  hear(slow);
  hear(failed);
  t.match(fatal, [
    { kind: 'product', code: 'DEVICE_TIMEOUT' },
    { kind: 'product', code: 'UNIT_FAILED' },
  ]);
});

t.test('a unit whose start ran out of time, when it is given up later', async (t) => {
  let isStarving = true;
  const { fatal, hear } = watchOn(() => (isStarving ? readings : undefined));
  hear(slow);
  t.same(fatal, [], 'it may be started again');
  isStarving = false;
  hear(failed);
  t.match(fatal, [{ kind: 'infrastructure', code: 'HOST_STARVED', message: /docker/ }]);
  hear('Failed to start containerd.service - containerd.');
  t.match(fatal[1], { kind: 'product', code: 'UNIT_FAILED' }, 'no other unit is excused');
});

t.test('what takes no time is never the fault of a starving host', async (t) => {
  const { fatal, hear, watch } = watchOn(() => readings);
  hear(failed);
  watch.observe(consoleLine('device-mapper: verity: 254:3: data block 12 is corrupted'));
  t.match(fatal, [
    { kind: 'product', code: 'UNIT_FAILED' },
    { kind: 'product', code: 'VERITY_CORRUPTION' },
  ]);
});
