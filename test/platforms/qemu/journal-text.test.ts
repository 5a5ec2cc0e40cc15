/**
 * Entries from the bytes that a guest streams: the odd forms of fields, and what a guest that means
 * harm may send.
 */

import fc from 'fast-check';
import t from 'tap';
import { JournalText, type StreamedEntry } from '../../../platforms/qemu/journal-text.js';

function collect() {
  const entries: StreamedEntry[] = [];
  const text = new JournalText((entry) => void entries.push(entry));
  const push = (...parts: readonly (string | Uint8Array)[]) => {
    for (const part of parts) text.push(Buffer.from(part as string));
  };
  return { entries, text, push };
}

const line = (fields: object) => `${JSON.stringify(fields)}\n`;

t.test('fields become an entry', async (t) => {
  const { entries, push } = collect();
  push(
    line({
      MESSAGE: 'Failed to start a.service.',
      PRIORITY: '3',
      SYSLOG_IDENTIFIER: 'systemd',
      UNIT: 'a.service',
      _SYSTEMD_UNIT: 'init.scope',
      _TRANSPORT: 'journal',
      _PID: '1',
      _BOOT_ID: 'b0',
      __MONOTONIC_TIMESTAMP: '1234567',
    }),
  );
  t.strictSame(entries, [
    {
      message: 'Failed to start a.service.',
      priority: 3,
      identifier: 'systemd',
      unit: 'a.service',
      transport: 'journal',
      pid: 1,
      bootId: 'b0',
      monotonicUs: 1_234_567,
    },
  ]);
});

t.test('fields may lack, be bytes, or be nonsense', async (t) => {
  const { entries, push } = collect();
  push(line({ MESSAGE: [104, 105, 27], _COMM: 'sh', PRIORITY: '99', _PID: 'x' }));
  push(line({ MESSAGE: ['first', 'second'], PRIORITY: {} }));
  const nothing = { unit: undefined, transport: undefined, pid: undefined, bootId: undefined };
  t.match(entries, [
    { message: 'hi\u001b', identifier: 'sh', priority: 6, ...nothing },
    { message: 'first', identifier: undefined, priority: 6 },
  ]);
});

t.test('a line may come in any pieces', async (t) => {
  const bytes = Buffer.from(line({ MESSAGE: 'grüße' }) + line({ MESSAGE: 'und tschüß' }));
  const cuts = fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (points) => {
    const { entries, text, push } = collect();
    const ends = [...points.toSorted((a, b) => a - b), bytes.length];
    let start = 0;
    for (const end of ends) {
      push(bytes.subarray(start, end));
      start = end;
    }
    const messages = entries.map(({ message }) => message);
    return text.skipped === 0 && messages.join('|') === 'grüße|und tschüß';
  });
  t.doesNotThrow(() => fc.assert(cuts));
});

t.test('what is no entry is counted and skipped', async (t) => {
  const { entries, text, push } = collect();
  const bad = [
    '{"MESSAGE": ',
    'null',
    '[]',
    '1',
    '"text"',
    '-- Boot 0 --',
    '{}',
    '{"MESSAGE":null}',
  ];
  push(`${bad.join('\n')}\n\n \n`, new Uint8Array([0, 255, 254, 10]), line({ MESSAGE: 'good' }));
  t.equal(text.skipped, bad.length + 1, 'empty lines are nothing');
  t.match(entries, [{ message: 'good' }]);
});

t.test('any bytes are survived', async (t) => {
  const bytes = fc.property(fc.array(fc.uint8Array({ maxLength: 400 })), (parts) => {
    const { push, entries } = collect();
    push(...parts, '\n', line({ MESSAGE: 'good' }));
    return entries.at(-1)?.message === 'good';
  });
  t.doesNotThrow(() => fc.assert(bytes));
});

t.test('a line without an end is not kept, and what follows it is read', async (t) => {
  const { entries, text, push } = collect();
  const before = process.memoryUsage().heapUsed;
  const part = 'x'.repeat(1 << 20);
  for (let n = 0; n < 200; n++) push(part);
  t.ok(process.memoryUsage().heapUsed - before < 100 * (1 << 20), 'memory stays');
  push('\n', line({ MESSAGE: 'good' }));
  t.equal(text.skipped, 1);
  t.match(entries, [{ message: 'good' }]);
});

t.test('a long message is cut', async (t) => {
  const { entries, push } = collect();
  push(line({ MESSAGE: 'y'.repeat(100_000), SYSLOG_IDENTIFIER: 'z'.repeat(1_000) }));
  t.equal(entries[0]?.message.length, 4_096);
  t.equal(entries[0]?.identifier?.length, 256);
});
