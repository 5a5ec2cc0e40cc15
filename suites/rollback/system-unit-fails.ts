/**
 * A unit of the new release fails.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { returnsByItself, rollBackLimits } from '../support/roll-back.js';
import { updatable, updateNeeds } from '../support/updates.js';

const reason = 'the release is broken on purpose';

export default defineSuite({
  id: 'rollback/system-unit-fails',
  summary:
    'A unit of the new release fails: the machine returns to the release before, says so, and stays.',
  claims: ['F08'],
  tags: ['update', 'rollback', 'slow'],
  applies: { needs: [...updateNeeds, 'release:unit-fails'] },
  topology: updatable(),
  limits: rollBackLimits,
  expects: [
    { pattern: 'unit-failed', reason },
    { pattern: 'dependency-failed', reason },
  ],
  async run(context) {
    await returnsByItself(context, { release: context.release('unit-fails'), comesUp: true });
  },
});
