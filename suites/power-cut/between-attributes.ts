/**
 * A power cut when the new slot has its try and not its priority.
 */

import { reachStoppedCgpt, stopCgpt } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/between-attributes',
  summary: 'The power fails when the new slot has its try and not its priority: a good slot boots.',
  prepare: async (machine) => await stopCgpt(machine, 'after', '*-T1*'),
  reach: reachStoppedCgpt,
  boots: 'old',
});
