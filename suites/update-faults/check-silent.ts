/**
 * The server hears the question and says nothing.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { failsAndRecovers } from '../support/update-faults.js';
import { updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update-faults/check-silent',
  summary:
    'The server never answers a check: the engine gives up, the machine does not, and the next update goes through.',
  claims: ['A54'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 720_000 },
  async run(context) {
    await failsAndRecovers(context, {
      fault: { kind: 'check-stall', times: 1 },
      errorCode: 2999,
    });
  },
});
