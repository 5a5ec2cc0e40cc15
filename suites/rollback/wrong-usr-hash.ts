/**
 * The new release's kernel expects another /usr.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { returnsByItself, rollBackLimits } from '../support/roll-back.js';
import { updatable, updateNeeds } from '../support/updates.js';

const reason = 'the release is broken on purpose';

export default defineSuite({
  id: 'rollback/wrong-usr-hash',
  summary:
    "The new release's kernel expects another /usr: the machine returns to the release before, says so, and stays.",
  claims: ['A14', 'V09'],
  tags: ['update', 'rollback', 'slow'],
  applies: { needs: [...updateNeeds, 'release:wrong-usr-hash'] },
  topology: updatable(),
  limits: rollBackLimits,
  expects: [
    { pattern: 'kernel-panic', reason },
    { pattern: 'slot-refused', reason },
    { pattern: 'emergency-mode', reason },
    { pattern: 'verity-corruption', reason },
    { pattern: 'unit-failed', reason },
    { pattern: 'dependency-failed', reason },
  ],
  async run(context) {
    await returnsByItself(context, {
      release: context.release('wrong-usr-hash'),
      comesUp: false,
      cause: /promised contents|verity: .*corrupt/i,
    });
  },
});
