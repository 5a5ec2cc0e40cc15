/**
 * Which templates are for an hour, and which for good.
 */

import t from 'tap';
import { clockPeriod } from '../../../../platforms/qemu/template/clock-period.js';

const oClock = Date.parse('2026-11-22T10:00:00.000Z');
const at = (minutes: number) => clockPeriod('held', {}, oClock + minutes * 60_000);

t.test('a fork that is told the time only after its first boot', async (t) => {
  t.equal(at(59), at(0));
  t.not(at(60), at(0));
  t.not(at(-1), at(0));
});

t.test('a fork that is told the time as it wakes', async (t) => {
  t.equal(clockPeriod('held', { holdSocket: '/tmp/hold.sock' }), undefined);
  t.equal(clockPeriod('settled', {}), undefined);
});
