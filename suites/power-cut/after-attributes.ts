/**
 * A power cut when the new slot is first and nobody was told.
 */

import { reachStoppedCgpt, stopCgpt } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';
import { slotNumber } from '../support/slots.js';

export default powerCutSuite({
  id: 'power-cut/after-attributes',
  summary: 'The power fails when the new slot is first and nobody was told: a good slot boots.',
  prepare: async (machine) => {
    // The running slot is prioritized as well, when it is found to be good.
    await stopCgpt(machine, 'after', `prioritize*${slotNumber.b}`);
  },
  reach: reachStoppedCgpt,
  boots: 'new',
});
