/**
 * A power cut when the new release starts its services for the first time.
 */

import { reachEvent, rebootInto } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/first-boot-units',
  summary:
    'The power fails when the new release starts its services for the first time: a good slot boots.',
  onTrial: true,
  reach: async (machine) => {
    await reachEvent(machine, '3/1');
    // What systemd itself says goes to the journal from here on.
    await rebootInto(machine, /Received client request to flush runtime journal/);
  },
  boots: 'old',
});
