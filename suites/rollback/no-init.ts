/**
 * The new release has no init in its /usr.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { returnsByItself, rollBackLimits } from '../support/roll-back.js';
import { updatable, updateNeeds } from '../support/updates.js';

const reason = 'the release is broken on purpose';

export default defineSuite({
  id: 'rollback/no-init',
  summary:
    'The new release has no init in its /usr: the machine returns to the release before, says so, and stays.',
  claims: ['A14'],
  tags: ['update', 'rollback', 'slow'],
  applies: { needs: [...updateNeeds, 'release:no-init'] },
  topology: updatable(),
  limits: rollBackLimits,
  expects: [
    { pattern: 'kernel-panic', reason },
    { pattern: 'slot-refused', reason },
    { pattern: 'emergency-mode', reason },
    { pattern: 'unit-failed', reason },
    { pattern: 'dependency-failed', reason },
  ],
  async run(context) {
    await returnsByItself(context, {
      release: context.release('no-init'),
      comesUp: false,
      cause: /Attempted to kill init|switch root/i,
    });
  },
});
