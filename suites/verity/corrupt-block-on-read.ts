/**
 * Corruption at run time.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { corruptionPatterns, mustNotSurviveCorruption } from '../support/corruption.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'verity/corrupt-block-on-read',
  summary:
    'A block of /usr that changed below dm-verity is never handed out: reading it stops the system.',
  claims: ['V08'],
  tags: ['verity', 'security', 'reboot'],
  applies: { needs: ['verity'] },
  topology: singleMachine(),
  expects: corruptionPatterns,
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await context.step('changed below, it stops whoever reads it', async () => {
      await mustNotSurviveCorruption(machine);
    });
  },
});
