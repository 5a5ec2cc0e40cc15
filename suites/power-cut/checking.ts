/**
 * A power cut when the machine has asked for an update.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { powerCutLimits, powerCutNeeds, survivesPowerCut } from '../support/power-cuts.js';
import { updatable } from '../support/updates.js';

export default defineSuite({
  id: 'power-cut/checking',
  summary: 'The power fails when the machine has asked for an update: a good slot boots.',
  claims: ['F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: powerCutNeeds },
  topology: updatable(),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      reach: async (machine) => {
        await machine.updateServer().waitFor('the check', ({ kind }) => kind === 'check');
      },
      untouched: true,
      boots: 'old',
    });
  },
});
