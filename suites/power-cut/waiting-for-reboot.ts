/**
 * A power cut when the update waits for its reboot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import {
  newBootsNeeds,
  powerCutLimits,
  reachEvent,
  survivesPowerCut,
} from '../support/power-cuts.js';
import { updatable } from '../support/updates.js';

export default defineSuite({
  id: 'power-cut/waiting-for-reboot',
  summary: 'The power fails when the update waits for its reboot: a good slot boots.',
  claims: ['F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: newBootsNeeds },
  topology: updatable(),
  limits: powerCutLimits,
  async run(context) {
    await survivesPowerCut(context, {
      reach: async (machine) => await reachEvent(machine, '3/1'),
      boots: 'new',
    });
  },
});
