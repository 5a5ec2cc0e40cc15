/**
 * A power cut when an update has failed and the server is being told.
 */

import { defineSuite } from '../../harness/model/suite.js';
import {
  muteRequests,
  powerCutLimits,
  powerCutNeeds,
  reachProgress,
  reachState,
  survivesPowerCut,
} from '../support/power-cuts.js';
import { updatable } from '../support/updates.js';

export default defineSuite({
  id: 'power-cut/reporting-error-event',
  summary: 'The power fails when a failed update is being reported: a good slot boots.',
  claims: ['F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: powerCutNeeds },
  topology: updatable(),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      slowly: true,
      prepare: async (machine) => machine.updateServer().inject({ kind: 'wrong-hash' }),
      reach: async (machine) => {
        await reachProgress(machine, 0.1);
        // It stays in that state for as long as it waits for an answer.
        await muteRequests(machine);
        await reachState(machine, 'REPORTING_ERROR_EVENT');
      },
      untouched: true,
      boots: 'old',
    });
  },
});
