/**
 * The journal of a guest, from the JSON that `journalctl` prints (systemd's Journal Export Formats,
 * "Journal JSON Format").
 */

import { ProductError } from '../../harness/base/errors.js';
import type { JournalEntry, JournalQuery } from '../../harness/model/machine.js';
import { fieldText, type JournalFields } from './journal-fields.js';
import type { SshGuest } from './ssh-guest.js';

const journalLimit = 64 * 1024 * 1024;
const fields = 'MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_SYSTEMD_UNIT,UNIT';

/** Entries, oldest first. Throws COMMAND_FAILED (product) when the boot is not in the journal. */
export async function readJournal(
  guest: SshGuest,
  query: JournalQuery,
): Promise<readonly JournalEntry[]> {
  const argv = ['journalctl', ...journalArguments(query)] as const;
  return parseJournal(await guest.checked(argv, { sudo: true, outputLimit: journalLimit }));
}

function journalArguments(query: JournalQuery): string[] {
  const { unit, identifier, boot = 0, priority } = query;
  return [
    '--no-pager',
    '--output=json',
    `--output-fields=${fields}`,
    `--boot=${boot}`,
    ...(unit === undefined ? [] : [`--unit=${unit}`]),
    ...(identifier === undefined ? [] : [`--identifier=${identifier}`]),
    ...(priority === undefined ? [] : [`--priority=${priority}`]),
  ];
}

/** Reads one JSON object per line. Throws BAD_JOURNAL (product). */
export function parseJournal(text: string): readonly JournalEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseEntry);
}

function parseEntry(line: string): JournalEntry {
  try {
    const raw = JSON.parse(line) as JournalFields;
    return {
      message: fieldText(raw['MESSAGE']) ?? '',
      priority: Number(fieldText(raw['PRIORITY']) ?? 6),
      identifier: fieldText(raw['SYSLOG_IDENTIFIER']),
      unit: fieldText(raw['UNIT']) ?? fieldText(raw['_SYSTEMD_UNIT']),
      realtimeUs: Number(fieldText(raw['__REALTIME_TIMESTAMP']) ?? Number.NaN),
    };
  } catch (cause) {
    const message = `journalctl printed a line that is no JSON object: ${line.slice(0, 200)}`;
    throw new ProductError('BAD_JOURNAL', message, { phase: 'suite', cause });
  }
}
