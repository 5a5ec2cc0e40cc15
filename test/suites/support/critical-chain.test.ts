/** What is read of systemd's account of a boot. */

import t from 'tap';
import { readCriticalChain, secondsOf } from '../../../suites/support/critical-chain.js';

const chain = `The time when unit became active or started is printed after the "@" character.
The time the unit took to start is printed after the "+" character.

multi-user.target @1min 12.030s
└─slow.service @12.012s +1min 80ms
  └─sysinit.target @11.900s
    └─systemd-tmpfiles-setup.service @9.1s +2.805s
      └─local-fs.target @9s`;

t.test('a unit that took whole minutes and some milliseconds is seen', async (t) => {
  const read = readCriticalChain(chain);
  t.same(
    read.map(({ line, seconds }) => [line.match(/[\w-]+\.service/)?.[0], seconds]),
    [
      ['slow.service', 60.08],
      ['systemd-tmpfiles-setup.service', 2.805],
    ],
  );
});

t.test('spans as systemd writes them', async (t) => {
  const spans = { '1min': 60, '812us': 0.000812, '1min 30.5s': 90.5, '2h 1ms': 7200.001 };
  for (const [span, seconds] of Object.entries(spans)) t.equal(secondsOf(span), seconds, span);
  t.throws(() => secondsOf('3 fortnights'), { message: 'no time span: 3 fortnights' });
});
