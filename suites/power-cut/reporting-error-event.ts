/**
 * A power cut when an update has failed and the server is being told.
 */

import { muteRequests, reachProgress, reachState } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/reporting-error-event',
  summary: 'The power fails when a failed update is being reported: a good slot boots.',
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
