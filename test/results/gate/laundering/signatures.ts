/**
 * Attempts on what is signed, and by whom.
 */

import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { digest, person, runOf } from '../../../support/gate-values.js';
import { type Attempt, broken, edit } from './attempt.js';

export const attempts: readonly Attempt[] = [
  {
    name: 'an envelope of another type of payload',
    change: async (w) => {
      await edit(w, 'runs', (text) => JSON.stringify({ ...JSON.parse(text), payloadType: 'x/y' }));
    },
    refused: /BAD_ENVELOPE.*its payload is x\/y/,
  },
  {
    name: 'a signature beside one that does not fit',
    change: async (w) => {
      await edit(w, 'approvals', (text) => {
        const envelope = JSON.parse(text) as { signatures: { keyid: string; sig: string }[] };
        const [own] = envelope.signatures;
        const forged = { keyid: w.ben.keyId, sig: own?.sig ?? '' };
        return JSON.stringify({ ...envelope, signatures: [own, forged] });
      });
    },
    refused: /BAD_ENVELOPE.*the signature of ben does not fit/,
  },
  {
    name: 'a canary report that the runner signed',
    change: async (w) => {
      const subjects = [{ name: 'x', sha256: digest('x') }];
      await w.sign('canaries', 'canary', { subjects, predicate: {} }, w.runner);
    },
    refused: /BAD_ENVELOPE.*whom the policy does not name/,
  },
  {
    name: 'a run that nobody signed',
    change: async (w) => {
      await edit(w, 'runs', (text) => JSON.stringify({ ...JSON.parse(text), signatures: [] }));
    },
    refused: /BAD_ENVELOPE.*signatures/,
  },
  {
    name: 'a run that is signed by a stranger',
    change: async (w) => void (await w.addRun(runOf('4230.1.0', {}, broken), person('lab'))),
    refused: /BAD_ENVELOPE.*whom the policy does not name/,
  },
  {
    name: 'a run that is signed by an approver',
    change: async (w) => void (await w.addRun(runOf('4230.1.0'), w.ben)),
    refused: /BAD_ENVELOPE.*whom the policy does not name/,
  },
  {
    name: 'half of an envelope',
    change: async (w) => {
      const [name = ''] = await readdir(join(w.directory, 'runs'));
      await truncate(join(w.directory, 'runs', name), 100);
    },
    refused: /BAD_ENVELOPE.*JSON/,
  },
  {
    name: 'a statement of another kind in the place of a run',
    change: async (w) => {
      const [name = ''] = await readdir(join(w.directory, 'canaries'));
      await w.write('runs/998.json', await w.read(`canaries/${name}`));
    },
    refused: /BAD_ENVELOPE|BAD_STATEMENT/,
  },
];
