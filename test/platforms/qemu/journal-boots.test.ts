/**
 * Boots and repetitions in a streamed journal, and the events that the observer makes of it.
 */

import t from 'tap';
import type { MachineEvent } from '../../../harness/model/platform.js';
import { BootObserver } from '../../../platforms/qemu/boot-observer.js';
import { JournalBoots } from '../../../platforms/qemu/journal-boots.js';
import type { StreamedEntry } from '../../../platforms/qemu/journal-text.js';

function entry(message: string, more: Partial<StreamedEntry> = {}): StreamedEntry {
  return {
    message,
    priority: 6,
    identifier: 'systemd',
    unit: undefined,
    transport: 'journal',
    pid: 1,
    bootId: 'b1',
    monotonicUs: 100,
    ...more,
  };
}

t.test('what the initrd has streamed is not told again by the real root', async (t) => {
  const boots = new JournalBoots();
  const early = [entry('a'), entry('b'), entry('c', { monotonicUs: 200 })];
  t.same(
    early.map((one) => boots.place(one, 1)),
    [1, 1, 1],
    'two entries may share their microsecond',
  );
  t.same(
    [...early, entry('d', { monotonicUs: 300 })].map((one) => boots.place(one, 1)),
    [undefined, undefined, undefined, 1],
  );
  t.equal(boots.place(entry('late', { monotonicUs: 150 }), 1), 1, 'order is not promised');
});

t.test('an entry that comes after the reset still belongs to its own boot', async (t) => {
  const boots = new JournalBoots();
  boots.place(entry('a'), 1);
  t.equal(boots.place(entry('powering off', { monotonicUs: 900 }), 2), 1);
  t.equal(boots.place(entry('a', { bootId: 'b2' }), 2), 2);
});

t.test('entries without an id belong to the present', async (t) => {
  const boots = new JournalBoots();
  for (let n = 0; n < 2; n++) t.equal(boots.place(entry('a', { bootId: undefined }), 3), 3);
});

t.test('a guest that invents boots and entries does not fill the memory', async (t) => {
  const boots = new JournalBoots();
  boots.place(entry('first', { bootId: 'first' }), 1);
  for (let n = 0; n < 50_000; n++) boots.place(entry('x', { bootId: `b${n}`, monotonicUs: n }), 2);
  t.equal(boots.place(entry('first', { bootId: 'first' }), 3), 3, 'the oldest is forgotten');
});

t.test('entries become events, and tell the phase where the console is quiet', async (t) => {
  const events: MachineEvent[] = [];
  const observer = new BootObserver({ machine: 'm', onEvent: (event) => void events.push(event) });
  observer.powerOn();
  observer.journal(entry('Linux version 6.12', { identifier: 'kernel', pid: undefined }));
  t.equal(observer.phase, 'kernel');
  observer.journal(entry('Reached target basic.target - Basic System.'));
  t.equal(observer.phase, 'kernel', 'the initrd has a basic.target too');
  observer.journal(entry('Stage: fetch', { identifier: 'ignition', pid: 512 }));
  t.equal(observer.phase, 'ignition');
  observer.journal(entry('Switching root.', { identifier: 'somebody' }));
  t.equal(observer.phase, 'ignition', 'only who knows is believed');
  observer.journal(entry('Switching root.'));
  observer.journal(entry('Switching root.'));
  t.equal(observer.phase, 'units');
  observer.qmp({ event: 'RESET', data: { guest: true } });
  observer.powerOn();
  observer.journal(entry('Reached target multi-user.target', { monotonicUs: 999 }));
  t.equal(observer.phase, 'firmware', 'the last words of the old boot say nothing of the new one');
  const journal = events.filter(({ kind }) => kind === 'journal');
  t.equal(journal.length, 6, 'the repetition is not told');
  t.strictSame(journal[2], {
    kind: 'journal',
    machine: 'm',
    boot: 1,
    message: 'Stage: fetch',
    priority: 6,
    identifier: 'ignition',
    unit: undefined,
    transport: 'journal',
    pid: 512,
  });
  t.match(journal[5], { boot: 1, message: /multi-user/ });
});
