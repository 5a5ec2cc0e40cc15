/**
 * The server has too much to do.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { backsOff, failsAndRecovers } from '../support/update-faults.js';
import { updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update-faults/check-503',
  summary:
    'The server has too much to do: the update fails, the machine does not, and the next update goes through.',
  claims: ['A20'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 600_000 },
  async run(context) {
    await backsOff(context, { kind: 'check-status', status: 503 });
    await failsAndRecovers(context, {
      fault: { kind: 'check-status', status: 503, times: 1 },
      errorCode: 2503,
    });
  },
});
