/**
 * A power cut when the download begins.
 */

import { reachEvent } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/download-started',
  summary: 'The power fails when the download begins: a good slot boots.',
  claims: ['A22'],
  reach: async (machine) => await reachEvent(machine, '13/1'),
  untouched: true,
  boots: 'old',
});
