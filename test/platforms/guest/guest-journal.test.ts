/**
 * The odd forms that values of journal fields take in journalctl's JSON.
 */

import { t } from 'tap';
import { parseJournal } from '../../../platforms/guest/guest-journal.js';

const one = (entry: object) => parseJournal(`${JSON.stringify(entry)}\n`)[0];

t.test('text, bytes, repeated and missing fields', async (t) => {
  t.same(
    one({
      MESSAGE: 'hello',
      PRIORITY: '3',
      SYSLOG_IDENTIFIER: 'ignition',
      _SYSTEMD_UNIT: 'a.service',
      __REALTIME_TIMESTAMP: '1700000000000001',
    }),
    {
      message: 'hello',
      priority: 3,
      identifier: 'ignition',
      unit: 'a.service',
      realtimeUs: 1_700_000_000_000_001,
    },
  );
  t.equal(one({ MESSAGE: [104, 105, 27] })?.message, 'hi\u001b');
  t.equal(one({ MESSAGE: ['first', 'second'] })?.message, 'first');
  t.match(one({ MESSAGE: null }), { message: '', priority: 6, identifier: undefined });
});

t.test("systemd's messages about a unit belong to that unit", async (t) => {
  t.equal(one({ UNIT: 'b.service', _SYSTEMD_UNIT: 'init.scope' })?.unit, 'b.service');
});

t.test('an empty journal has no entries', async (t) => {
  t.same(parseJournal(''), []);
});

t.test('a line that is no JSON', async (t) => {
  t.throws(() => parseJournal('-- No entries --\n'), { code: 'BAD_JOURNAL', kind: 'product' });
});
