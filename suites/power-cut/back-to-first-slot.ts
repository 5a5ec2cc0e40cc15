/**
 * A power cut half-way through the update after the first one, which goes into the first slot again.
 */

import { defineSuite } from '../../harness/model/suite.js';
import {
  bringTo,
  powerCutLimits,
  powerCutNeeds,
  reachProgress,
  survivesPowerCut,
} from '../support/power-cuts.js';
import { awaitGood, updatable } from '../support/updates.js';

export default defineSuite({
  id: 'power-cut/back-to-first-slot',
  summary: 'The power fails half-way through the second update, from B to A: slot B boots.',
  claims: ['A16', 'A22', 'F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: [...powerCutNeeds, 'release:next-next'] },
  topology: updatable(),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      begin: async (machine) => {
        await bringTo(machine, context.release('next'));
        await awaitGood(machine, 'b');
      },
      release: 'next-next',
      slowly: true,
      reach: async (machine) => await reachProgress(machine, 0.5),
      untouched: true,
      boots: 'old',
    });
  },
});
