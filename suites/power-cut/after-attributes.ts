/**
 * A power cut when the new slot is first and nobody was told.
 */

import { defineSuite } from '../../harness/model/suite.js';
import {
  newBootsNeeds,
  powerCutLimits,
  reachStoppedCgpt,
  stopCgpt,
  survivesPowerCut,
} from '../support/power-cuts.js';
import { slotNumber } from '../support/slots.js';
import { updatable } from '../support/updates.js';

export default defineSuite({
  id: 'power-cut/after-attributes',
  summary: 'The power fails when the new slot is first and nobody was told: a good slot boots.',
  claims: ['F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: newBootsNeeds },
  topology: updatable(),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      prepare: async (machine) => {
        // The running slot is prioritized as well, when it is found to be good.
        await stopCgpt(machine, 'after', `prioritize*${slotNumber.b}`);
      },
      reach: reachStoppedCgpt,
      boots: 'new',
    });
  },
});
