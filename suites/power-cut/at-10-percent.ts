/**
 * A power cut a tenth into the download.
 */

import { reachProgress } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/at-10-percent',
  summary: 'The power fails a tenth into the download: a good slot boots.',
  claims: ['A22'],
  slowly: true,
  reach: async (machine) => await reachProgress(machine, 0.1),
  untouched: true,
  boots: 'old',
});
