/**
 * A stored journal as entries and as text.
 */

import t from 'tap';
import { journalEntries, journalText } from '../../results/journal-entries.js';

const line = (fields: object) =>
  JSON.stringify({ __REALTIME_TIMESTAMP: '1795828506187973', ...fields });

t.test('time, speaker, message', async (t) => {
  const text = [
    line({ SYSLOG_IDENTIFIER: 'systemd', _PID: '1', MESSAGE: 'Started a.\nand b.', PRIORITY: '3' }),
    line({ _COMM: 'agent', MESSAGE: [0xc3, 0xbc] }),
    'no entry',
    '{"MESSAGE":"torn',
  ].join('\n');
  t.match(journalEntries(text), [
    { who: 'systemd[1]', message: 'Started a.\nand b.', priority: 3 },
    { who: 'agent', message: 'ü', priority: 6 },
  ]);
  t.equal(
    journalText(text),
    '01:15:06.187 systemd[1]: Started a.\n    and b.\n01:15:06.187 agent: ü\n',
  );
});

t.test('an entry without a message, or without a time, does no harm', async (t) => {
  t.same(journalEntries(line({ MESSAGE: null })), []);
  t.equal(journalText(JSON.stringify({ MESSAGE: 'x', __REALTIME_TIMESTAMP: 'y' })), '? ?: x\n');
});
