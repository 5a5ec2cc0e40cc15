/**
 * A power cut while a release that is on its trial is updated already: the slot with the only good system
 * is being overwritten.
 */

import { defineSuite } from '../../harness/model/suite.js';
import {
  bringTo,
  powerCutLimits,
  powerCutNeeds,
  reachProgress,
  survivesPowerCut,
} from '../support/power-cuts.js';
import { healthCheckNeeds, lateHealthCheck, updatable } from '../support/updates.js';

export default defineSuite({
  id: 'power-cut/on-trial',
  summary:
    'A release is updated before it was marked good, and the power fails meanwhile: it boots, since the other slot is overwritten.',
  claims: ['A22', 'F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: [...powerCutNeeds, ...healthCheckNeeds, 'release:next-next'] },
  topology: updatable({ systemd: { units: [lateHealthCheck] } }),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      begin: async (machine) => await bringTo(machine, context.release('next')),
      release: 'next-next',
      slowly: true,
      reach: async (machine) => await reachProgress(machine, 0.5),
      untouched: true,
      boots: 'old',
    });
  },
});
