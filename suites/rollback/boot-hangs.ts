/**
 * A boot that hangs is no healthy boot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { returnsByItself } from '../support/roll-back.js';
import { updatable, updateNeeds } from '../support/updates.js';

const reason = 'a unit of the release never ends its start';

export default defineSuite({
  id: 'rollback/boot-hangs',
  summary: 'The new release never finishes its boot: its time runs out, and the machine returns.',
  claims: ['A52'],
  tags: ['update', 'rollback', 'slow'],
  applies: { needs: [...updateNeeds, 'release:hangs'] },
  topology: updatable(),
  // The image gives a boot five minutes before it gives up.
  limits: { runMs: 1_200_000 },
  expects: [
    { pattern: 'unit-failed', reason },
    { pattern: 'dependency-failed', reason },
  ],
  async run(context) {
    await returnsByItself(context, {
      release: context.release('hangs'),
      comesUp: true,
      withinMs: 480_000,
    });
  },
});
