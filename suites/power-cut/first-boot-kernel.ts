/**
 * A power cut when the kernel of the new release starts for the first time.
 */

import { reachEvent, rebootInto } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/first-boot-kernel',
  summary:
    'The power fails when the kernel of the new release starts for the first time: a good slot boots.',
  onTrial: true,
  reach: async (machine) => {
    await reachEvent(machine, '3/1');
    await rebootInto(machine, /Linux version/);
  },
  boots: 'old',
});
