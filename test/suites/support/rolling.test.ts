/**
 * What is read out of a cluster's network about machines that went and came back.
 */

import t from 'tap';
import type { Machine } from '../../../harness/model/machine.js';
import type { NetworkEvent } from '../../../harness/model/network.js';
import { silences } from '../../../suites/support/reachability.js';
import { arrivals, longestSilence, overlaps } from '../../../suites/support/rolling.js';

const machines = ['a-0', 'b-0'].map((name) => ({ name }) as Machine);

function lease(machine: string, message: 'discover' | 'request' | 'release', atMs: number) {
  return { kind: 'lease', machine, segment: 'lan', message, atMs } satisfies NetworkEvent;
}

t.test('who came up', async (t) => {
  const events = [
    lease('a-0', 'request', 5),
    lease('b-0', 'discover', 20),
    lease('c-0', 'discover', 22),
  ];
  t.same(arrivals(events, machines), ['b-0']);
});

/** What ping prints when it is answered at these seconds. */
function answers(...seconds: readonly number[]): string {
  const lines = seconds.map((at) => `[${at}.250000] 64 bytes from 10.9.0.5: icmp_seq=1 ttl=64`);
  return ['PING 10.9.0.5 (10.9.0.5) 56(84) bytes of data.', ...lines].join('\n');
}

t.test('one after the other, as somebody sees it who asks them', async (t) => {
  const a = silences('a-0', answers(1, 2, 20, 21, 28, 40));
  t.same(a, [
    { machine: 'a-0', from: 2_250_000, until: 20_250_000 },
    { machine: 'a-0', from: 28_250_000, until: 40_250_000 },
  ]);
  t.same(overlaps([...a, ...silences('b-0', answers(19, 21, 27))]), [], 'short ones are none');
  t.same(
    silences('b-0', `${answers(1)}\n[5.0] From 10.9.0.9 icmp_seq=9 Destination Unreachable`),
    [],
  );
});

t.test('both at once', async (t) => {
  const both = [...silences('a-0', answers(1, 20)), ...silences('b-0', answers(15, 30))];
  t.same(overlaps(both), ['a-0 and b-0']);
});

t.test('the longest silence', async (t) => {
  t.equal(longestSilence([]), 0);
  t.equal(longestSilence([3]), 0);
  t.equal(longestSilence([1, 2, 10, 12]), 8);
});
