/**
 * One byte of the payload is another than announced.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { failsAndRecovers } from '../support/update-faults.js';
import { updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update-faults/altered-byte',
  summary:
    'One byte of the payload is another than announced: the update fails, the machine does not, and the next update goes through.',
  claims: ['A18'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    await failsAndRecovers(context, {
      fault: { kind: 'corrupt', at: 0.5 },
      // What is packed with bzip2, as Flatcar's releases are, can't be unpacked any more.
      errorCode: [10, 28],
    });
  },
});
