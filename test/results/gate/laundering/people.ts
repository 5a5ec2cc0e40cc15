/**
 * Attempts by people who want it too much.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { daysAgo, digest } from '../../../support/gate-values.js';
import type { Attempt } from './attempt.js';

export const attempts: readonly Attempt[] = [
  {
    name: 'an approver whose name only looks the same',
    change: async (w) => void (await w.approve(w.ben, { approver: 'b\u0435n' })),
    refused: /BAD_EVIDENCE.*approver: must be a name without spaces/,
  },
  {
    name: 'an approval for a time to come',
    change: async (w) => {
      await rm(join(w.directory, 'approvals'), { recursive: true });
      for (const who of [w.ben, w.cleo]) await w.approve(who, { at: daysAgo(-1) });
    },
    refused: /ben approved at .*, which is to come/,
  },
  {
    name: 'approvals of long ago',
    change: async (w) => {
      await rm(join(w.directory, 'approvals'), { recursive: true });
      for (const who of [w.ben, w.cleo]) await w.approve(who, { at: daysAgo(60) });
    },
    refused: /ben approved long ago/,
  },
  {
    name: 'the author approves',
    change: async (w) => {
      await rm(join(w.directory, 'approvals'), { recursive: true });
      await w.approve(w.ada);
      await w.approve(w.ben);
    },
    refused: /ada made the release/,
  },
  {
    name: 'one approves twice',
    change: async (w) => {
      await rm(join(w.directory, 'approvals'), { recursive: true });
      await w.approve(w.ben);
      await w.approve(w.ben, { at: daysAgo(0.5) });
    },
    refused: /expected 2 approvals, seen 1/,
  },
  {
    name: 'one approves in the name of another',
    change: async (w) => void (await w.approve(w.ben, { approver: 'cleo' })),
    refused: /BAD_EVIDENCE.*cleo approves, and ben signed/,
  },
  {
    name: 'an old approval of other images is played again',
    change: async (w) => {
      await rm(join(w.directory, 'approvals'), { recursive: true });
      for (const who of [w.ben, w.cleo]) await w.approve(who, { candidate: digest('others') });
    },
    refused: /ben approved another candidate; cleo approved another candidate/,
  },
  {
    name: 'an approval for another channel',
    change: async (w) => {
      await rm(join(w.directory, 'approvals'), { recursive: true });
      for (const who of [w.ben, w.cleo]) await w.approve(who, { to: 'alpha' });
    },
    refused: /ben approved it for alpha/,
  },
];
