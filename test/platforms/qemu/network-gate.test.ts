/**
 * When a guest may be knocked at.
 */

import t from 'tap';
import { NetworkGate } from '../../../platforms/qemu/network-gate.js';

const signal = AbortSignal.timeout(10_000);

t.test('waits for the guest, and not for ever', async (t) => {
  const gate = new NetworkGate();
  const order: string[] = [];
  const passed = gate.pass(5_000, signal).then(() => order.push('passed'));
  order.push('closed');
  gate.open();
  await passed;
  t.strictSame(order, ['closed', 'passed']);
  await gate.pass(5_000, signal);
  gate.close();
  await gate.pass(10, signal);
  t.pass('a guest that shows nothing is knocked at all the same');
});

t.test('a reset lets the waiting through, an abort ends the wait', async (t) => {
  const gate = new NetworkGate();
  const waiting = gate.pass(5_000, signal);
  gate.close();
  await waiting;
  await t.rejects(gate.pass(5_000, AbortSignal.abort(new Error('over'))), { message: 'over' });
});
