/**
 * The signature is none, and all that is announced agrees with it.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { failsAndRecovers } from '../support/update-faults.js';
import { updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update-faults/wrong-signature',
  summary:
    'The signature is none, and all that is announced agrees with it: the update fails, the machine does not, and the next update goes through.',
  claims: ['A17'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    await failsAndRecovers(context, { fault: { kind: 'wrong-signature' }, errorCode: 18 });
  },
});
