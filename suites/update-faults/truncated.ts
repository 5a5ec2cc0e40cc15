/**
 * The payload ends early as if that were all.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { failsAndRecovers } from '../support/update-faults.js';
import { updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update-faults/truncated',
  summary:
    'The payload ends early as if that were all: the update fails, the machine does not, and the next update goes through.',
  claims: ['A19'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    await failsAndRecovers(context, { fault: { kind: 'truncated', at: 0.3 }, errorCode: 11 });
  },
});
