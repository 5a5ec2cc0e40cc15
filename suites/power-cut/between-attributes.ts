/**
 * A power cut when the new slot has its try and not its priority.
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
  id: 'power-cut/between-attributes',
  summary: 'The power fails when the new slot has its try and not its priority: a good slot boots.',
  claims: ['F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: powerCutNeeds },
  topology: updatable(),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      prepare: async (machine) => await stopCgpt(machine, 'after', '*-T1*'),
      reach: reachStoppedCgpt,
      boots: 'old',
    });
  },
});
