/**
 * When machines stood still, from what their QEMUs said.
 */

import t from 'tap';
import type { LoggedEvent } from '../../harness/model/events.js';
import { standstillsIn } from '../../results/html/machine-clock.js';
import { attemptKey } from '../../results/html/trace-events.js';

const startMs = Date.UTC(2026, 10, 22, 10, 15, 0);

type Said = readonly [second: number, said: string, machine?: string, attempt?: number];

function stood(...said: readonly Said[]) {
  const events = said.map(([second, event, machine = 'main-0', attempt = 1]) => {
    const kind = event === 'returned' ? 'machine-returned' : 'machine-qmp';
    const at = new Date(startMs + second * 1000).toISOString();
    return { kind, at, machine, event, case: 'a/b', attempt } as unknown as LoggedEvent;
  });
  const seconds = (ms: number | undefined) => ms && (ms - startMs) / 1000;
  return (machine = 'main-0', attempt = 1) =>
    standstillsIn(events)
      .get(attemptKey('a/b', attempt))
      ?.get(machine)
      ?.map(({ fromMs, toMs }) => [seconds(fromMs), seconds(toMs)]);
}

t.test('a fork was frozen before it was seen, a pause has both ends', async (t) => {
  t.same(stood([1, 'RESUME'])(), [[undefined, 1]]);
  const paused = stood([1, 'RESUME'], [4, 'STOP'], [5, 'NIC_RX_FILTER_CHANGED'], [9, 'RESUME']);
  t.same(paused(), [
    [undefined, 1],
    [4, 9],
  ]);
  t.same(stood([2, 'STOP'])(), [], 'it never went on');
  t.equal(stood()(), undefined);
});

t.test('each machine of each attempt has its own', async (t) => {
  const both = stood([1, 'STOP'], [2, 'STOP', 'main-1'], [3, 'RESUME'], [4, 'RESUME', 'main-0', 2]);
  t.same(both(), [[1, 3]]);
  t.same(both('main-1'), []);
  t.same(both('main-0', 2), [[undefined, 4]]);
});

t.test('what became a template, or was switched on again, is another QEMU', async (t) => {
  const template = [
    [1, 'RESUME'],
    [5, 'STOP'],
    [6, 'SHUTDOWN'],
  ] as const;
  t.same(stood(...template, [7, 'RESUME'], [9, 'SHUTDOWN'])(), [[undefined, 7]]);
  t.same(stood(...template)(), [[undefined, 1]], 'the end of the case takes nothing away');
  t.same(stood(...template, [8, 'returned'])(), []);
});
