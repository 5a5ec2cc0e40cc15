/**
 * A power cut when the new kernel has its name.
 */

import { defineSuite } from '../../harness/model/suite.js';
import {
  powerCutLimits,
  powerCutNeeds,
  reachFile,
  stopCgpt,
  survivesPowerCut,
} from '../support/power-cuts.js';
import { updatable } from '../support/updates.js';

export default defineSuite({
  id: 'power-cut/kernel-in-place',
  summary: 'The power fails when the new kernel has its name: a good slot boots.',
  claims: ['F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: powerCutNeeds },
  topology: updatable(),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      // The attributes come next: they must not be there before the cut is.
      prepare: async (machine) => await stopCgpt(machine, 'before', 'repair*'),
      reach: async (machine) => await reachFile(machine, '/boot/flatcar/vmlinuz-b'),
      untouched: true,
      boots: 'old',
    });
  },
});
