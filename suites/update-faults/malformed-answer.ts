/**
 * The answer to a check is no XML.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { failsAndRecovers } from '../support/update-faults.js';
import { updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update-faults/malformed-answer',
  summary:
    'The answer to a check is no XML: the update fails, the machine does not, and the next update goes through.',
  claims: ['A40'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    await failsAndRecovers(context, {
      fault: { kind: 'check-malformed', times: 1 },
      errorCode: 31,
    });
  },
});
