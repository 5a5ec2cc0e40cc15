/**
 * Attempts with the gate's key alone: a record is left in the channel, for the next act to take it into the
 * ledger as that of a promoter who died.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type LedgerEntry, makeEntry, type NewEntry } from '../../../../results/gate/ledger.js';
import { readDecided } from '../../../../results/gate/open-ledger.js';
import { check } from '../../../../results/gate/promote.js';
import { candidate, digest, now } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import type { Attempt } from './attempt.js';

type Change = (verdict: LedgerEntry) => Pick<NewEntry, 'kind' | 'predicate'>;

/** Into the channel, with a record that is made of the last verdict. */
async function leave(
  w: GateWorld,
  change: Change,
  [channel, replaces]: readonly [string, string?] = ['beta', '4152.1.0'],
): Promise<void> {
  await check({ version: '4230.1.0', to: 'beta' }, w.context());
  const { entries } = await readDecided(w.directory);
  const last = entries.at(-1);
  if (last === undefined) throw new Error('nothing was recorded');
  const entry = { subjects: last.subjects, ...change(last) };
  const record = await makeEntry(entries, entry, [w.gate]);
  const { version, images } = candidate('4230.1.0');
  const publication = { release: { version, images }, record, replaces };
  await w.context().publisher.publish(channel, publication);
}

function promotionWith(fields: object): Change {
  return ({ predicate }) => ({ kind: 'promotion', predicate: { ...predicate, ...fields } });
}

export const attempts: readonly Attempt[] = [
  {
    name: 'a promotion by inputs that nobody has, left in the channel',
    promotes: true,
    change: async (w) => await leave(w, promotionWith({ inputs: digest('nowhere') })),
    refused: /FOREIGN_RECORD.*beta has a record .* does not hold: cannot read .*; put the channel/,
  },
  {
    name: 'a promotion of what is held, left in the channel',
    promotes: true,
    change: async (w) => {
      await rm(join(w.directory, 'canaries'), { recursive: true });
      await leave(w, ({ predicate }) => {
        const verdict = { ...(predicate['verdict'] as object), verdict: 'promote' };
        return { kind: 'promotion', predicate: { ...predicate, verdict } };
      });
    },
    refused: /FOREIGN_RECORD.*does not hold: its inputs come to another verdict/,
  },
  {
    name: 'a promotion under no policy, left in the channel',
    promotes: true,
    change: async (w) => {
      await leave(w, ({ predicate: { policy: _, ...predicate } }) => {
        return { kind: 'promotion', predicate };
      });
    },
    refused: /BAD_ACCEPTANCE: record 3 of the ledger: it is made under no policy/,
  },
  {
    name: 'an adoption instead of a promotion, left in the channel',
    promotes: true,
    change: async (w) => {
      await leave(w, ({ predicate: { policy } }) => {
        const predicate = { version: '4230.1.0', to: 'beta', policy, at: now.toISOString() };
        return { kind: 'adoption', predicate };
      });
    },
    refused: /FOREIGN_RECORD.*does not hold: it adopts 4230\.1\.0 where a release was already/,
  },
  {
    name: 'an adoption that nobody agreed to, left in a channel that was empty',
    change: async (w) => {
      const adopted = ({ predicate: { policy } }: LedgerEntry) => {
        const predicate = { version: '4230.1.0', to: 'stable', policy, at: now.toISOString() };
        return { kind: 'adoption', predicate } as const;
      };
      await leave(w, adopted, ['stable']);
    },
    refused: /FOREIGN_RECORD.*stable has a record .* does not hold: it adopts without consent: /,
  },
];
