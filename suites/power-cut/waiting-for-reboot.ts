/**
 * A power cut when the update waits for its reboot.
 */

import { reachEvent } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/waiting-for-reboot',
  summary: 'The power fails when the update waits for its reboot: a good slot boots.',
  reach: async (machine) => await reachEvent(machine, '3/1'),
  boots: 'new',
});
