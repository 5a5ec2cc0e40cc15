/** What is read of systemd's account of a boot. */

import t from 'tap';
import { readBlame, secondsOf } from '../../../suites/support/boot-times.js';

const blame = `1min 498ms slow.service
   13.232s containerd.service
     545ms dev-disk-by\\x2dlabel-ROOT.device
`;

t.test('a unit that took whole minutes and some milliseconds is seen', async (t) => {
  t.same(readBlame(blame), [
    { unit: 'slow.service', seconds: 60.498 },
    { unit: 'containerd.service', seconds: 13.232 },
    { unit: 'dev-disk-by\\x2dlabel-ROOT.device', seconds: 0.545 },
  ]);
});

t.test('spans as systemd writes them', async (t) => {
  const spans = { '1min': 60, '812us': 0.000812, '1min 30.5s': 90.5, '2h 1ms': 7200.001 };
  for (const [span, seconds] of Object.entries(spans)) t.equal(secondsOf(span), seconds, span);
  t.throws(() => secondsOf('3 fortnights'), { message: 'no time span: 3 fortnights' });
});
