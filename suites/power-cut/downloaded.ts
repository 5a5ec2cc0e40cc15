/**
 * A power cut when all is written and nothing read back yet.
 */

import { reachEvent } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/downloaded',
  summary: 'The power fails when all is written and nothing read back yet: a good slot boots.',
  reach: async (machine) => await reachEvent(machine, '14/1'),
  untouched: true,
  boots: 'old',
});
