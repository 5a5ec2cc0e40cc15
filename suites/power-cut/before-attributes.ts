/**
 * A power cut before the attributes of the slots are touched.
 */

import { reachStoppedCgpt, stopCgpt } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/before-attributes',
  summary: 'The power fails before the attributes of the slots are touched: a good slot boots.',
  prepare: async (machine) => await stopCgpt(machine, 'before', 'repair*'),
  reach: reachStoppedCgpt,
  untouched: true,
  boots: 'old',
});
