/**
 * The server announces a digest that the payload does not have.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { failsAndRecovers } from '../support/update-faults.js';
import { updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update-faults/wrong-hash',
  summary:
    'The server announces a digest that the payload does not have: the update fails, the machine does not, and the next update goes through.',
  claims: ['A18'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    await failsAndRecovers(context, { fault: { kind: 'wrong-hash' }, errorCode: 10 });
  },
});
