/**
 * A power cut when the new release runs and is not marked good yet.
 */

import { reachEvent } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/before-marked-good',
  summary:
    'The power fails when the new release runs and is not marked good yet: a good slot boots.',
  onTrial: true,
  reach: async (machine) => {
    await reachEvent(machine, '3/1');
    await machine.reboot();
  },
  boots: 'old',
});
