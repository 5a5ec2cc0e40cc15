/**
 * The server fails as it is asked.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { backsOff, failsAndRecovers } from '../support/update-faults.js';
import { updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update-faults/check-500',
  summary:
    'The server fails as it is asked: the update fails, the machine does not, and the next update goes through.',
  claims: ['A20'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 600_000 },
  async run(context) {
    await backsOff(context, { kind: 'check-status', status: 500 });
    await failsAndRecovers(context, {
      fault: { kind: 'check-status', status: 500, times: 1 },
      errorCode: 2500,
    });
  },
});
