/**
 * A power cut a tenth into the download.
 */

import { defineSuite } from '../../harness/model/suite.js';
import {
  powerCutLimits,
  powerCutNeeds,
  reachProgress,
  survivesPowerCut,
} from '../support/power-cuts.js';
import { updatable } from '../support/updates.js';

export default defineSuite({
  id: 'power-cut/at-10-percent',
  summary: 'The power fails a tenth into the download: a good slot boots.',
  claims: ['A22', 'F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: powerCutNeeds },
  topology: updatable(),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      slowly: true,
      reach: async (machine) => await reachProgress(machine, 0.1),
      untouched: true,
      boots: 'old',
    });
  },
});
