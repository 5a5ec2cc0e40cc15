/**
 * A server that goes on offering what did not hold.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { returnsByItself, rollBackLimits } from '../support/roll-back.js';
import { healthCheckNeeds, updatable, updateNeeds } from '../support/updates.js';

const reason = 'the new release is broken on purpose';

export default defineSuite({
  id: 'rollback/not-again',
  summary:
    'A release that did not hold is not installed again by itself, though the server goes on offering it.',
  claims: ['A43'],
  tags: ['update', 'rollback', 'slow'],
  // Flatcar's own engine takes whatever it is offered, and leaves it to the server to stop.
  applies: { needs: [...updateNeeds, ...healthCheckNeeds, 'release:panics'] },
  topology: updatable(),
  // The first check that nobody asks for comes up to twelve minutes after a boot.
  limits: { runMs: rollBackLimits.runMs + 900_000 },
  expects: [
    { pattern: 'kernel-panic', reason },
    { pattern: 'slot-refused', reason },
  ],
  async run(context) {
    await returnsByItself(context, {
      release: context.release('panics'),
      comesUp: false,
      cause: /Kernel panic/,
      offeredAgain: true,
    });
  },
});
