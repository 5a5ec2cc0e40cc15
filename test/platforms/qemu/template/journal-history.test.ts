/**
 * The journal of a template in the machines that go on from it.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { MachineEvent } from '../../../../harness/model/platform.js';
import { BootObserver } from '../../../../platforms/qemu/boot-observer.js';
import { JournalText } from '../../../../platforms/qemu/journal-text.js';
import type { MachinePlan } from '../../../../platforms/qemu/machine-plan.js';
import { keepJournal, resumeJournal } from '../../../../platforms/qemu/template/journal-history.js';
import type { Template } from '../../../../platforms/qemu/template/template.js';

function line(message: string, monotonicUs: number, bootId = 'b1'): string {
  const stamps = { _BOOT_ID: bootId, __MONOTONIC_TIMESTAMP: `${monotonicUs}` };
  return `${JSON.stringify({ MESSAGE: message, ...stamps })}\n`;
}

const logged = line('one', 1) + line('two', 2);

async function places(test: Pick<typeof t, 'testdir'>) {
  const root = test.testdir({ first: {}, template: {}, fork: {} });
  const plan = (name: string) => ({ artifactDirectory: join(root, name) }) as MachinePlan;
  const directory = join(root, 'template');
  return { plan, template: { directory, history: [] } as unknown as Template };
}

async function goOn(test: Pick<typeof t, 'testdir'>, { tell }: { readonly tell: boolean }) {
  const { plan, template } = await places(test);
  await writeFile(join(plan('first').artifactDirectory, 'journal.jsonl'), logged);
  await keepJournal(plan('first'), template.directory);
  const events: MachineEvent[] = [];
  const own: string[] = [];
  const observer = new BootObserver({
    machine: 'm',
    onEvent: (event) => void events.push(event),
    onEntry: ({ message }, boot) => void own.push(`${message} ${boot}`),
  });
  observer.resume([], { tell });
  await resumeJournal(template, plan('fork'), { observer, tell });
  const live = new JournalText((entry) => observer.journal(entry));
  live.push(Buffer.from(logged + line('three', 3)));
  const told = events.flatMap((event) => (event.kind === 'journal' ? [event] : []));
  const kept = await readFile(join(plan('fork').artifactDirectory, 'journal.jsonl'), 'utf8');
  return { told: told.map(({ message, boot }) => `${message} ${boot}`), kept, own };
}

t.test('what nobody has judged is told, and only once', async (t) => {
  const { told, kept, own } = await goOn(t, { tell: true });
  t.same(told, ['one 1', 'two 1', 'three 1']);
  t.same(own, told, 'what it streams again is its own word');
  t.equal(kept, logged);
});

t.test('what was witnessed is not told again', async (t) => {
  const { told, kept } = await goOn(t, { tell: false });
  t.same(told, ['three 1']);
  t.equal(kept, logged);
});

t.test('a template without a journal has none to bring', async (t) => {
  const { plan, template } = await places(t);
  await mkdir(template.directory, { recursive: true });
  await keepJournal(plan('first'), template.directory);
  const observer = new BootObserver({ machine: 'm', onEvent: () => t.fail('no event') });
  await resumeJournal(template, plan('fork'), { observer, tell: true });
  await t.rejects(readFile(join(plan('fork').artifactDirectory, 'journal.jsonl')), {
    code: 'ENOENT',
  });
});
