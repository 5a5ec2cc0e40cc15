/**
 * A power cut when the download begins.
 */

import { defineSuite } from '../../harness/model/suite.js';
import {
  powerCutLimits,
  powerCutNeeds,
  reachEvent,
  survivesPowerCut,
} from '../support/power-cuts.js';
import { updatable } from '../support/updates.js';

export default defineSuite({
  id: 'power-cut/download-started',
  summary: 'The power fails when the download begins: a good slot boots.',
  claims: ['A22', 'F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: powerCutNeeds },
  topology: updatable(),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      reach: async (machine) => await reachEvent(machine, '13/1'),
      untouched: true,
      boots: 'old',
    });
  },
});
