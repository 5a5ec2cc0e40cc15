/**
 * A boot that hangs before anybody can log in.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { returnsByItself } from '../support/roll-back.js';
import { updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'rollback/boot-hangs-early',
  summary:
    'The new release hangs before the basic system is there: its time runs out, and the machine returns.',
  claims: ['A55'],
  tags: ['update', 'rollback', 'slow'],
  applies: { needs: [...updateNeeds, 'release:hangs-early'] },
  topology: updatable(),
  // The image gives a boot six minutes before it gives up.
  limits: { runMs: 1_500_000 },
  async run(context) {
    await returnsByItself(context, {
      release: context.release('hangs-early'),
      comesUp: false,
      withinMs: 720_000,
    });
  },
});
