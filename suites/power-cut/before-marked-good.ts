/**
 * A power cut when the new release runs and is not marked good yet.
 */

import { defineSuite } from '../../harness/model/suite.js';
import {
  powerCutLimits,
  powerCutNeeds,
  reachEvent,
  survivesPowerCut,
} from '../support/power-cuts.js';
import { healthCheckNeeds, lateHealthCheck, updatable } from '../support/updates.js';

export default defineSuite({
  id: 'power-cut/before-marked-good',
  summary:
    'The power fails when the new release runs and is not marked good yet: a good slot boots.',
  claims: ['F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: [...powerCutNeeds, ...healthCheckNeeds] },
  topology: updatable({ systemd: { units: [lateHealthCheck] } }),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      reach: async (machine) => {
        await reachEvent(machine, '3/1');
        await machine.reboot();
      },
      boots: 'old',
    });
  },
});
