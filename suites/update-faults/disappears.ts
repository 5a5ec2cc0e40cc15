/**
 * A server that is gone in the middle of a payload, for good.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { failsAndRecovers } from '../support/update-faults.js';
import { updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update-faults/disappears',
  summary:
    'The server disappears in the middle: the update fails, the machine does not, and the next update goes through.',
  claims: ['A48'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 600_000 },
  async run(context) {
    await failsAndRecovers(context, { fault: { kind: 'disconnect', at: 0.4 }, errorCode: 9 });
  },
});
