/**
 * A power cut between the two changes that make a slot the good one.
 */

import { defineSuite } from '../../harness/model/suite.js';
import {
  newBootsNeeds,
  powerCutLimits,
  reachEvent,
  reachStoppedCgpt,
  stopCgpt,
  survivesPowerCut,
} from '../support/power-cuts.js';
import { healthCheckNeeds, lateHealthCheck, updatable } from '../support/updates.js';

export default defineSuite({
  id: 'power-cut/marking-good',
  summary:
    'The power fails in the middle of marking the new slot good: it is, and boots, though it was on its last try.',
  claims: ['F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: [...newBootsNeeds, ...healthCheckNeeds] },
  topology: updatable({ systemd: { units: [lateHealthCheck] } }),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      reach: async (machine) => {
        await reachEvent(machine, '3/1');
        await machine.reboot();
        await stopCgpt(machine, 'after', '*-S1*');
        const argv = ['systemctl', 'start', '--no-block', 'mark-slot-good.service'] as const;
        await machine.output(argv, { sudo: true });
        await reachStoppedCgpt(machine);
      },
      boots: 'new',
    });
  },
});
