/**
 * A power cut when the kernel of the new release starts for the first time.
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
  id: 'power-cut/first-boot-kernel',
  summary:
    'The power fails when the kernel of the new release starts for the first time: a good slot boots.',
  claims: ['F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: [...powerCutNeeds, ...healthCheckNeeds] },
  topology: updatable({ systemd: { units: [lateHealthCheck] } }),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      reach: async (machine) => {
        await reachEvent(machine, '3/1');
        await rebootInto(machine, /Linux version/);
      },
      boots: 'old',
    });
  },
});
