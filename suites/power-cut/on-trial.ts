/**
 * A power cut while a release that is on its trial is updated already: the slot with the only good system
 * is being overwritten.
 */

import { reachProgress } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/on-trial',
  summary:
    'A release is updated before it was marked good, and the power fails meanwhile: it boots, since the other slot is overwritten.',
  claims: ['A22'],
  from: 'next',
  onTrial: true,
  slowly: true,
  reach: async (machine) => await reachProgress(machine, 0.5),
  untouched: true,
  boots: 'old',
});
