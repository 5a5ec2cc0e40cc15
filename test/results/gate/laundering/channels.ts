/**
 * Attempts on channels and ledger behind the gate's back.
 */

import { rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnvelope } from '../../../../results/gate/envelope.js';
import { readGateState } from '../../../../results/gate/open-ledger.js';
import { candidate } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, inside, pointBack } from './attempt.js';

async function ledgerLines(w: GateWorld): Promise<string[]> {
  return (await w.read('ledger.jsonl')).split('\n').slice(0, -1);
}

export const attempts: readonly Attempt[] = [
  {
    name: 'the release of a channel edited',
    change: async (w) => {
      const path = 'channels/beta/current/release.json';
      await w.write(path, (await w.read(path)).replace('4152.1.0', '4100.1.0'));
    },
    refused: /CHANNEL_EDITED.*beta says 4100\.1\.0, its record 4152\.1\.0/,
  },
  {
    name: 'the channel put back by hand',
    change: async (w) => {
      await w.promote();
      await pointBack(w);
    },
    refused: /CHANNEL_BEHIND.*beta has 4152\.1\.0, and the ledger put 4230\.1\.0 there last/,
  },
  {
    name: 'the channel emptied',
    change: async (w) => await unlink(join(w.directory, 'channels/beta/current')),
    refused: /CHANNEL_BEHIND.*beta has nothing/,
  },
  {
    name: 'the signed verdict of a refusal as the record of a promotion',
    promotes: true,
    act: async (w) => {
      await rm(join(w.directory, 'canaries'), { recursive: true });
      await w.promote();
      const record = parseEnvelope((await ledgerLines(w)).at(-1) ?? '', 'ledger');
      const { version, images } = candidate('4230.1.0');
      await w
        .context()
        .publisher.publish('beta', { release: { version, images }, record, replaces: '4152.1.0' });
      return await w.ask();
    },
    refused: /CHANNEL_BEHIND.*the ledger put 4152\.1\.0 there last/,
  },
  {
    name: 'a refusal edited into a promotion',
    change: async (w) => {
      await rm(join(w.directory, 'canaries'), { recursive: true });
      await w.promote();
      const lines = await ledgerLines(w);
      const last = inside((text) => text.replace('"verdict":"hold"', '"verdict":"promote"'));
      const edited = [...lines.slice(0, -1), last(lines.at(-1) ?? '')];
      await w.write('ledger.jsonl', `${edited.join('\n')}\n`);
    },
    refused: /BAD_ENVELOPE.*line 2: the signature of gate does not fit/,
  },
  {
    name: 'the ledger thrown away',
    promotes: true,
    act: async (w) => {
      await w.promote();
      await rm(join(w.directory, 'ledger.jsonl'));
      return await w.promote('4152.1.0');
    },
    refused: /FOREIGN_RECORD/,
  },
  {
    name: 'the end of the ledger cut off',
    promotes: true,
    act: async (w) => {
      await w.promote();
      await w.promote('4152.1.0');
      const [first] = await ledgerLines(w);
      await w.write('ledger.jsonl', `${first}\n`);
      const { pending } = await readGateState(w.context());
      throw new Error(`${pending.length} records came back from the channel`);
    },
    refused: /^Error: 1 records came back from the channel$/,
  },
];
