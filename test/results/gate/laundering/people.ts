/**
 * Attempts by people who want it too much.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { daysAgo, digest } from '../../../support/gate-world.js';
import type { Attempt } from './attempt.js';

export const attempts: readonly Attempt[] = [
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
