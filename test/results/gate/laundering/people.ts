/**
 * Attempts by people who want it too much.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { candidateDigest } from '../../../../results/gate/consent.js';
import { signAuthorship } from '../../../../results/gate/sign-authorship.js';
import { candidate, daysAgo, digest, type Person } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, policyWith } from './attempt.js';

/** Ada and eve make releases, and sign for them; ben and ada approve this one. */
async function whoMakes(w: GateWorld, author: string, signers: readonly Person[]): Promise<void> {
  const authors = [w.ada, w.eve].map(({ name, pem }) => ({ name, key: pem }));
  await policyWith(w, (policy: { trust: object }) => {
    return { ...policy, trust: { ...policy.trust, authors } };
  });
  for (const signer of signers) {
    await w.addCandidate(candidate('4230.1.0', { author: signer.name }));
    const order = { version: '4230.1.0', author: signer.name, now: new Date(daysAgo(2)) };
    await signAuthorship(w.directory, order, signer);
  }
  const release = candidate('4230.1.0', { author });
  await w.addCandidate(release);
  await rm(join(w.directory, 'approvals'), { recursive: true });
  for (const who of [w.ben, w.ada]) await w.approve(who, { candidate: candidateDigest(release) });
}

/** It is out for longer than it is, and approved as that. */
async function later(w: GateWorld): Promise<void> {
  const release = candidate('4230.1.0', { author: 'eve', publishedAt: daysAgo(30) });
  await w.addCandidate(release);
  for (const who of [w.ben, w.ada]) await w.approve(who, { candidate: candidateDigest(release) });
}

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
    name: 'the author writes another name into the file, and approves',
    change: async (w) => await whoMakes(w, 'eve', []),
    refused:
      /people: 4230\.1\.0: expected a statement by eve to have made it, seen nothing; eve signs/,
  },
  {
    name: 'another signs to have made what the author signed for, who approves',
    change: async (w) => await whoMakes(w, 'eve', [w.ada, w.eve]),
    refused: /expected 2 approvals, seen 1; not counted: ada made the release/,
  },
  {
    name: 'a release that was changed after its author signed for it',
    change: async (w) => await whoMakes(w, 'eve', [w.eve]).then(() => later(w)),
    refused: /statement by eve to have made it, seen one of it as it was before; eve signs/,
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
