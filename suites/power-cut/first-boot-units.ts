/**
 * A power cut when the new release starts its services for the first time.
 */

import { defineSuite } from '../../harness/model/suite.js';
import {
  powerCutLimits,
  powerCutNeeds,
  reachEvent,
  rebootInto,
  survivesPowerCut,
} from '../support/power-cuts.js';
import { healthCheckNeeds, lateHealthCheck, updatable } from '../support/updates.js';

export default defineSuite({
  id: 'power-cut/first-boot-units',
  summary:
    'The power fails when the new release starts its services for the first time: a good slot boots.',
  claims: ['F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: [...powerCutNeeds, ...healthCheckNeeds] },
  topology: updatable({ systemd: { units: [lateHealthCheck] } }),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      reach: async (machine) => {
        await reachEvent(machine, '3/1');
        // What systemd itself says goes to the journal from here on.
        await rebootInto(machine, /Received client request to flush runtime journal/);
      },
      boots: 'old',
    });
  },
});
