/**
 * A power cut half-way through the download.
 */

import { reachProgress } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/at-50-percent',
  summary: 'The power fails half-way through the download: a good slot boots.',
  claims: ['A22'],
  slowly: true,
  reach: async (machine) => await reachProgress(machine, 0.5),
  untouched: true,
  boots: 'old',
});
