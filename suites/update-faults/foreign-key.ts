/**
 * The payload is signed with a key that the machine does not trust.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { failsAndRecovers } from '../support/update-faults.js';
import { updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update-faults/foreign-key',
  summary:
    'The payload is signed with a key that the machine does not trust: the update fails, the machine does not, and the next update goes through.',
  claims: ['A17'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next', 'release:foreign-key'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    await failsAndRecovers(context, { release: context.release('foreign-key'), errorCode: 18 });
  },
});
