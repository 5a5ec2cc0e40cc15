/**
 * A power cut before the attributes of the slots are touched.
 */

import { defineSuite } from '../../harness/model/suite.js';
import {
  powerCutLimits,
  powerCutNeeds,
  reachStoppedCgpt,
  stopCgpt,
  survivesPowerCut,
} from '../support/power-cuts.js';
import { updatable } from '../support/updates.js';

export default defineSuite({
  id: 'power-cut/before-attributes',
  summary: 'The power fails before the attributes of the slots are touched: a good slot boots.',
  claims: ['F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: powerCutNeeds },
  topology: updatable(),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      prepare: async (machine) => await stopCgpt(machine, 'before', 'repair*'),
      reach: reachStoppedCgpt,
      untouched: true,
      boots: 'old',
    });
  },
});
