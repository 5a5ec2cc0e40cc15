/**
 * Acts of the gate that are killed at every one of their writes: either the act has happened, with its
 * record, or it has not; and the next one that comes along finishes it, once.
 */

import t from 'tap';
import { adopt, revoke } from '../../../results/gate/unjudged-acts.js';
import { candidate } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';
import {
  dieEverywhere,
  oneOf,
  promoteAgain,
  seenIn,
  stateOfPromotion,
} from './support/die-everywhere.js';

t.test('a promotion', async (t) => {
  await dieEverywhere(t, {
    open: (directory) => GateWorld.honest(directory),
    order: () => ({ act: 'promote' }),
    stateOf: stateOfPromotion,
    again: promoteAgain,
  });
});

t.test('an adoption', async (t) => {
  await dieEverywhere(t, {
    open: async (directory) => {
      const world = await GateWorld.honest(directory);
      await world.addCandidate(candidate('4152.2.0'));
      return world;
    },
    order: () => ({ act: 'adopt' }),
    stateOf: async (world) => {
      const seen = await seenIn(world, 'stable', 'adoption');
      return oneOf(seen, { 'undefined, 1 records': 'before', '4152.2.0, 2 records': 'after' });
    },
    again: async (world, state) => {
      const act = adopt(candidate('4152.2.0'), 'stable', world.context());
      if (state === 'before') await act;
      else await t.rejects(act, { code: 'CHANNEL_MOVED' }, 'it is there already');
    },
  });
});

t.test('a revocation', async (t) => {
  await dieEverywhere(t, {
    open: (directory) => GateWorld.honest(directory),
    order: () => ({ act: 'revoke' }),
    writes: [3, 2],
    stateOf: async (world) => {
      const seen = await seenIn(world, 'beta', 'revocation');
      return oneOf(seen, { '4152.1.0, 0 records': 'before', '4152.1.0, 1 records': 'after' });
    },
    again: async (world, state) => {
      if (state === 'before') await revoke(candidate('4230.1.0'), 'again', world.context());
      await t.rejects(world.promote(), { code: 'REVOKED' });
    },
  });
});
