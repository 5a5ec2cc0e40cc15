/**
 * The kernel of the new release panics.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { returnsByItself, rollBackLimits } from '../support/roll-back.js';
import { updatable, updateNeeds } from '../support/updates.js';

const reason = 'the release is broken on purpose';

export default defineSuite({
  id: 'rollback/kernel-panic',
  summary:
    'The kernel of the new release panics: the machine returns to the release before, says so, and stays.',
  claims: ['A14'],
  tags: ['update', 'rollback', 'slow'],
  applies: { needs: [...updateNeeds, 'release:panics'] },
  topology: updatable(),
  limits: rollBackLimits,
  expects: [
    { pattern: 'kernel-panic', reason },
    { pattern: 'slot-refused', reason },
  ],
  async run(context) {
    await returnsByItself(context, {
      release: context.release('panics'),
      comesUp: false,
      cause: /Kernel panic/,
    });
  },
});
