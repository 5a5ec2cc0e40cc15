/**
 * A power cut nine tenths into the download.
 */

import { reachProgress } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/at-90-percent',
  summary: 'The power fails nine tenths into the download: a good slot boots.',
  claims: ['A22'],
  slowly: true,
  reach: async (machine) => await reachProgress(machine, 0.9),
  untouched: true,
  boots: 'old',
});
