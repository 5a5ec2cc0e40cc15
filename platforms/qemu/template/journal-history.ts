/**
 * What a template had logged, brought to the machines that go on from it: their journal file begins
 * with it, and what nobody has judged for them yet is judged.
 */

import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { copyLog } from '../arrival-times.js';
import type { BootObserver } from '../boot-observer.js';
import { JournalText } from '../journal-text.js';
import type { MachinePlan } from '../machine-plan.js';
import type { Template } from './template.js';

/** The name of the file in which a machine's journal is kept. */
const journalFile = 'journal.jsonl';

/** Keeps the journal of a machine that is about to become a template; it may have none. */
export async function keepJournal(plan: MachinePlan, directory: string): Promise<void> {
  const from = plan.artifactDirectory;
  if (existsSync(join(from, journalFile))) await copyLog(journalFile, from, directory);
}

/**
 * Copies a template's journal to a machine that goes on from it. With `tell`, its entries are
 * reported as if they came now; without, they are only known, so that none is told again. Returns the
 * boot id that its first entry names, if it has a journal.
 */
export async function resumeJournal(
  template: Template,
  { artifactDirectory }: Pick<MachinePlan, 'artifactDirectory'>,
  { observer, tell }: { readonly observer: BootObserver; readonly tell: boolean },
): Promise<string | undefined> {
  const from = join(template.directory, journalFile);
  if (!existsSync(from)) return undefined;
  await copyLog(journalFile, template.directory, artifactDirectory);
  let bootId: string | undefined;
  const text = new JournalText((entry) => {
    bootId ??= entry.bootId;
    observer.resumeJournal(entry, { tell });
  });
  for await (const bytes of createReadStream(from)) text.push(bytes as Buffer);
  return bootId;
}
