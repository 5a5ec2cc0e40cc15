/**
 * What is read out of a cluster's network about machines that went and came back.
 */

import t from 'tap';
import type { Machine } from '../../../harness/model/machine.js';
import type { NetworkEvent } from '../../../harness/model/network.js';
import { longestSilence, networkAbsences, overlaps } from '../../../suites/support/rolling.js';

const machines = ['a-0', 'b-0'].map((name) => ({ name }) as Machine);

function lease(machine: string, message: 'discover' | 'request' | 'release', atMs: number) {
  return { kind: 'lease', machine, segment: 'lan', message, atMs } satisfies NetworkEvent;
}

t.test('one after the other', async (t) => {
  const seen = networkAbsences(
    [
      lease('a-0', 'request', 5),
      lease('a-0', 'release', 10),
      lease('a-0', 'discover', 20),
      lease('a-0', 'discover', 20),
      lease('a-0', 'request', 21),
      lease('b-0', 'release', 21),
      lease('c-0', 'discover', 22),
      lease('b-0', 'discover', 30),
    ],
    machines,
  );
  t.same(seen, [
    { machine: 'a-0', from: 10, until: 20 },
    { machine: 'b-0', from: 21, until: 30 },
  ]);
  t.same(overlaps(seen), []);
});

t.test('both at once, and one that did not say that it goes', async (t) => {
  const both = [lease('a-0', 'release', 10), lease('b-0', 'release', 15)];
  const back = [lease('a-0', 'discover', 20), lease('b-0', 'discover', 30)];
  t.same(overlaps(networkAbsences([...both, ...back], machines)), ['a-0 and b-0']);
  const silent = networkAbsences([lease('a-0', 'release', 10), ...back], machines);
  t.same(overlaps(silent), ['a-0 and b-0'], 'it may have been away all the time');
});

t.test('the longest silence', async (t) => {
  t.equal(longestSilence([]), 0);
  t.equal(longestSilence([3]), 0);
  t.equal(longestSilence([1, 2, 10, 12]), 8);
});
