/**
 * A power cut between the writes by which the new slot becomes the first.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  bringTo,
  newBootsNeeds,
  ordersInSteps,
  powerCutLimits,
  reachStoppedCgpt,
  stopInPrioritize,
  survivesPowerCut,
} from '../support/power-cuts.js';
import { slotFlags, slotNumber } from '../support/slots.js';
import { awaitGood, updatable } from '../support/updates.js';

export default defineSuite({
  id: 'power-cut/in-prioritize',
  summary:
    'The power fails when the new slot has its priority and the old one still has the same: a good slot boots, and the other stays good.',
  claims: ['F07'],
  tags: ['update', 'power', 'slow'],
  applies: { needs: newBootsNeeds },
  topology: updatable(),
  limits: powerCutLimits,
  async run(context) {
    if (!(await ordersInSteps(context.machine()))) {
      return context.skip('cgpt of this image changes the order of the slots in one write');
    }
    await survivesPowerCut(context, {
      // The slot that runs has a priority above the lowest from the second update on.
      begin: async (machine) => {
        await bringTo(machine, context.release('next'));
        await awaitGood(machine, 'b');
      },
      release: 'next-next',
      prepare: async (machine) => await stopInPrioritize(machine, slotNumber.a),
      reach: reachStoppedCgpt,
      boots: 'new',
      booted: async (machine) => {
        const { successful } = await slotFlags(machine, 'b');
        check.equal(successful, 1, 'success of USR-B, the way back');
      },
      afterwards: 'next',
    });
  },
});
