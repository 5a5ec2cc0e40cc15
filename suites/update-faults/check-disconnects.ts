/**
 * The server hangs up on who asks.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { failsAndRecovers } from '../support/update-faults.js';
import { updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update-faults/check-disconnects',
  summary:
    'The server closes the connection instead of an answer: the update fails, the machine does not, and the next update goes through.',
  claims: ['A54'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    await failsAndRecovers(context, {
      fault: { kind: 'check-disconnect', times: 1 },
      errorCode: 2999,
    });
  },
});
