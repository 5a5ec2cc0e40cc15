/**
 * A power cut when the new kernel has its name.
 */

import { reachFile, stopCgpt } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/kernel-in-place',
  summary: 'The power fails when the new kernel has its name: a good slot boots.',
  // The attributes come next: they must not be there before the cut is.
  prepare: async (machine) => await stopCgpt(machine, 'before', 'repair*'),
  reach: async (machine) => await reachFile(machine, '/boot/flatcar/vmlinuz-b'),
  untouched: true,
  boots: 'old',
});
