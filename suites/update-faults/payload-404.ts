/**
 * The payload is not where the server says.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { failsAndRecovers } from '../support/update-faults.js';
import { updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update-faults/payload-404',
  summary:
    'The payload is not where the server says: the update fails, the machine does not, and the next update goes through.',
  claims: ['A40'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    await failsAndRecovers(context, {
      fault: { kind: 'payload-status', status: 404 },
      errorCode: 9,
    });
  },
});
