/**
 * The release does not fit into a slot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { failsAndRecovers } from '../support/update-faults.js';
import { updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update-faults/too-large',
  summary:
    'The release does not fit into a slot: the update fails, the machine does not, and the next update goes through.',
  claims: ['A19'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next', 'release:too-large'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    // Flatcar's engine finds out as it writes beyond the end.
    await failsAndRecovers(context, { release: context.release('too-large'), errorCode: 28 });
  },
});
