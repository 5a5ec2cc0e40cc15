/**
 * What is read out of a cluster's network about machines that went and came back.
 */

import t from 'tap';
import type { Machine } from '../../../harness/model/machine.js';
import type { NetworkEvent } from '../../../harness/model/network.js';
import { silences } from '../../../suites/support/reachability.js';
import {
  arrivals,
  longestSilence,
  overlaps,
  silencesOf,
  unitChanges,
} from '../../../suites/support/rolling.js';

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

const least = 8_000_000;

t.test('one after the other, as somebody sees it who asks them', async (t) => {
  const a = silences('a-0', answers(1, 2, 20, 21, 28, 40), least);
  t.same(a, [
    { machine: 'a-0', from: 2_250_000, until: 20_250_000 },
    { machine: 'a-0', from: 28_250_000, until: 40_250_000 },
  ]);
  t.same(
    overlaps([...a, ...silences('b-0', answers(19, 21, 27), least)]),
    [],
    'short ones are none',
  );
  t.same(
    silences('b-0', `${answers(1)}\n[5.0] From 10.9.0.9 icmp_seq=9 Destination Unreachable`, least),
    [],
  );
});

t.test('both at once', async (t) => {
  const both = [
    ...silences('a-0', answers(1, 20), least),
    ...silences('b-0', answers(15, 30), least),
  ];
  t.same(overlaps(both), ['a-0 and b-0']);
});

t.test('the longest silence', async (t) => {
  t.equal(longestSilence([]), 0);
  t.equal(longestSilence([3]), 0);
  t.equal(longestSilence([1, 2, 10, 12]), 8);
});

/** What journalctl prints of a unit that is started or about to be stopped at this microsecond. */
function entry(at: number, id: string): string {
  return JSON.stringify({ __REALTIME_TIMESTAMP: `${at}`, MESSAGE_ID: id });
}

t.test('when a member did not serve', async (t) => {
  const [started, stopping] = [
    '39f53479d3a045ac8e11786248231fbf',
    'de5b426a63be47a7b6ac3eaac82e2f6f',
  ] as const;
  const journal = [entry(10, started), entry(50, stopping), entry(90, started)].join('\n');
  const boots = [{ at: 55, serves: false }];
  t.same(silencesOf('a-0', [...unitChanges(`${journal}\n`), ...boots]), [
    { machine: 'a-0', from: 50, until: 90 },
  ]);
  const cut = [...unitChanges(entry(10, started)), ...boots, ...unitChanges(entry(90, started))];
  t.same(silencesOf('a-0', cut), [{ machine: 'a-0', from: 55, until: 90 }], 'without a word');
  const never = unitChanges([entry(5, stopping), entry(10, started)].join('\n'));
  t.same(silencesOf('a-0', never), [], 'before it served at all');
});

t.test('a member whose kernel is back and whose etcd is not, is missed all the same', async (t) => {
  const a = silencesOf('a-0', [
    { at: 0, serves: true },
    { at: 10, serves: false },
    { at: 50, serves: true },
  ]);
  const b = silencesOf('b-0', [
    { at: 0, serves: true },
    { at: 40, serves: false },
    { at: 80, serves: true },
  ]);
  t.same(overlaps([...a, ...b]), ['a-0 and b-0']);
});
