/**
 * Attempts on the act itself: channels, the ledger, keys.
 */

import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { check, promote } from '../../../../results/gate/promote.js';
import { signStatement } from '../../../../results/gate/statement.js';
import { adopt, revoke } from '../../../../results/gate/unjudged-acts.js';
import { candidate, daysAgo, digest, person } from '../../../support/gate-values.js';
import type { Attempt } from './attempt.js';

export const attempts: readonly Attempt[] = [
  {
    name: 'a downgrade',
    promotes: true,
    act: async (w) => {
      await w.promote();
      return await w.promote('4152.1.0');
    },
    refused: /later than 4230\.1\.0/,
  },
  {
    name: 'the channel moved in between',
    act: async (w) => await w.promote('4230.1.0', 'beta', '4100.1.0'),
    refused: /CHANNEL_MOVED.*has 4152\.1\.0, not 4100\.1\.0/,
  },
  {
    name: 'a clock that is behind the ledger',
    act: async (w) => {
      const context = w.context({ now: new Date(daysAgo(86)) });
      return await promote({ version: '4230.1.0', to: 'beta' }, context);
    },
    refused: /CLOCK_BEHIND.*set the clock/,
  },
  {
    name: 'a revoked release under another version',
    act: async (w) => {
      await revoke(candidate('4230.1.0'), 'it eats files', w.context());
      const { images } = candidate('4230.1.0');
      await w.addCandidate(candidate('4230.1.1', { images }));
      return await w.promote('4230.1.1');
    },
    refused: /REVOKED.*4230\.1\.0 was revoked/,
  },
  {
    name: 'to adopt instead of to promote',
    act: async (w) => await adopt(candidate('4230.1.0'), 'beta', w.context()),
    refused: /CHANNEL_MOVED.*has 4152\.1\.0 already/,
  },
  {
    name: 'to adopt into a channel that is still empty what was judged, and not let through',
    act: async (w) => {
      await rm(join(w.directory, 'canaries'), { recursive: true });
      await check({ version: '4230.1.0', to: 'beta' }, w.context());
      return await adopt(candidate('4230.1.0'), 'stable', w.context());
    },
    refused: /NOT_APPROVED.*stable takes what nobody judged with 2 approvals only; 0 are there/,
  },
  {
    name: 'two promotions at once',
    promotes: true,
    act: async (w) => {
      const both = await Promise.all([w.promote(), w.promote()]);
      const outcomes = both.map(({ outcome }) => outcome).sort();
      throw new Error(outcomes.join(' and '));
    },
    refused: /^Error: already and promoted$/,
  },
  {
    name: 'two clones of the gate promote to the same channels at once',
    promotes: true,
    act: async (w) => {
      const clone = `${w.directory}-clone`;
      await cp(w.directory, clone, { recursive: true });
      const order = { version: '4230.1.0', to: 'beta' };
      const later = { directory: clone, now: new Date(daysAgo(-0.001)) };
      const both = [w.promote(), promote(order, w.context(later))];
      const ends = await Promise.allSettled(both);
      const told = ends.map((one) => {
        return one.status === 'fulfilled' ? one.value.outcome : one.reason.code;
      });
      throw new Error(told.sort().join(' and '));
    },
    refused: /^Error: (CHANNEL_MOVED|FOREIGN_RECORD) and promoted$/,
  },
  {
    name: 'a release that was revoked',
    act: async (w) => {
      await revoke(candidate('4230.1.0'), 'it eats files', w.context());
      return await w.promote();
    },
    refused: /REVOKED.*it eats files/,
  },
  {
    name: 'a revoked release made again under its version',
    act: async (w) => {
      await revoke(candidate('4230.1.0'), 'it eats files', w.context());
      const { images } = candidate('4230.1.1');
      await w.addCandidate(candidate('4230.1.0', { images }));
      return await w.promote();
    },
    refused: /REVOKED.*4230\.1\.0 was revoked/,
  },
  {
    name: 'to have a signed verdict on a revoked release',
    act: async (w) => {
      await revoke(candidate('4230.1.0'), 'it eats files', w.context());
      const verdict = await check({ version: '4230.1.0', to: 'beta' }, w.context());
      return { verdict, outcome: verdict.verdict === 'promote' ? 'promoted' : 'refused' };
    },
    refused: /revocations: 4230\.1\.0: expected a release that was not revoked, seen .*: it eats/,
  },
  {
    name: 'a rebuild of a revoked release',
    act: async (w) => {
      await revoke(candidate('4230.0.0'), 'it eats files', w.context());
      return await w.promote();
    },
    refused: /revocations: 4230\.0\.0: expected to be rebuilt from releases that were not revoked/,
  },
  {
    name: 'a rebuild of a revoked release that is called otherwise',
    act: async (w) => {
      await revoke(candidate('4230.0.7'), 'it eats files', w.context());
      const { images } = candidate('4230.0.7');
      await w.addCandidate(candidate('4230.0.0', { images }));
      return await w.promote();
    },
    refused: /revocations: 4230\.0\.0: .*seen 4230\.0\.7 was revoked on 2026-06-30: it eats files/,
  },
  {
    name: 'a rebuild of a rebuild of a revoked release',
    promotes: true,
    act: async (w) => {
      await w.promote();
      await revoke(candidate('4230.0.0'), 'it eats files', w.context());
      const lineage = [{ version: '4230.1.0', channel: 'beta', publishedAt: daysAgo(0) }];
      await w.addCandidate(candidate('4230.2.0', { lineage }));
      return await w.promote('4230.2.0', 'stable');
    },
    refused: /revocations: 4230\.0\.0: expected to be rebuilt from releases that were not revoked/,
  },
  {
    name: 'a ledger with a line taken out',
    act: async (w) => {
      for (const reason of ['one', 'two', 'three']) {
        await revoke(candidate('4100.1.0'), reason, w.context());
      }
      const lines = (await w.read('ledger.jsonl')).split('\n');
      await w.write('ledger.jsonl', [...lines.slice(0, 1), ...lines.slice(2)].join('\n'));
      return await w.promote();
    },
    refused: /BROKEN_CHAIN.*number 3|BROKEN_CHAIN.*number 2 is missing/,
  },
  {
    name: 'a channel that somebody else moved',
    act: async (w) => {
      const subjects = [{ name: 'x', sha256: digest('x') }];
      const link = { sequence: 7, previous: digest('elsewhere') };
      const predicate = { verdict: 'mine', inputs: digest('y'), ...link };
      const record = await signStatement('promotion', { subjects, predicate }, [w.gate]);
      await w.write('channels/beta/current/record.json', JSON.stringify(record));
      return await w.promote();
    },
    refused: /FOREIGN_RECORD/,
  },
  {
    name: 'the payload is not beside the channels',
    change: async (w) => {
      await rm(join(w.directory, `channels/payloads/${digest('payload 4230.1.0')}`));
    },
    refused: /PAYLOAD_MISSING.*4230\.1\.0 on amd64 is not at .*yard gate payload FILE/,
  },
  {
    name: 'the folder of payloads is taken away',
    change: async (w) => await rm(join(w.directory, 'channels/payloads'), { recursive: true }),
    refused: /PAYLOAD_MISSING.*4230\.1\.0 on amd64 is not at .*yard gate payload FILE/,
  },
  {
    name: 'the payload was exchanged after it was put there',
    change: async (w) => {
      const sha256 = await w.keepPayload('payload 4230.1.0');
      await w.write(`channels/payloads/${sha256}`, 'payload of somebody else');
    },
    refused: /WRONG_PAYLOAD.*4230\.1\.0 on amd64.*has the SHA-256 [0-9a-f]{64}: it was exchanged/,
  },
  {
    name: 'promotion signed by a key that the policy does not name',
    act: async (w) => {
      const context = w.context({ signers: [person('mallory')] });
      await promote({ version: '4230.1.0', to: 'beta' }, context);
      return await w.ask();
    },
    refused: /UNTRUSTED_KEY.*none of the policy's gate keys/,
  },
];
