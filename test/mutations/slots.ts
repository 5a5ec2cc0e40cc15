/**
 * Defects that the suites about the two slots must see.
 */

import { changedImage, changedSource } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `slots`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'slots/other-attributes',
    suite: 'slots/attributes',
    describes: 'A fresh image has another priority for slot A than documented.',
    change: changedImage({
      name: 'slot-a-priority-2',
      slots: { a: { priority: 2, tries: 0, successful: true } },
    }),
    expect: assertionFailed,
  },
  {
    id: 'slots/nothing-to-fall-back-to',
    suite: 'slots/fallback',
    describes: 'Slot A was never marked good and has no tries left, so there is no way back.',
    change: changedImage({
      name: 'slot-a-one-try',
      slots: { a: { priority: 1, tries: 1, successful: false } },
    }),
    expect: { phase: 'bootloader', code: 'NO_USABLE_SLOT' },
  },
  {
    id: 'slots/never-repaired',
    suite: 'slots/damaged-table',
    describes: 'The boot loader takes a damaged primary table for the end.',
    change: changedSource('never-repaired', {
      file: 'grub/gpt.c',
      from: 'return restore_primary(gpt);',
      to: 'return 1 || restore_primary(gpt);',
    }),
    expect: { phase: 'bootloader', code: 'NO_USABLE_SLOT' },
  },
  {
    id: 'slots/backup-stays-lost',
    suite: 'slots/damaged-table',
    describes: 'The boot loader does not look at the backup of the table.',
    change: changedSource('backup-stays-lost', {
      file: 'grub/gpt.c',
      from: 'return check_backup(gpt);',
      to: 'return 0 && check_backup(gpt);',
    }),
    expect: assertionFailed,
  },
];
