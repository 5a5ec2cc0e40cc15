/**
 * A power cut between the writes by which the new slot becomes the first.
 */

import { check } from '../support/check.js';
import { ordersInSteps, reachStoppedCgpt, stopInPrioritize } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';
import { slotFlags, slotNumber } from '../support/slots.js';

export default powerCutSuite({
  id: 'power-cut/in-prioritize',
  summary:
    'The power fails when the new slot has its priority and the old one still has the same: a good slot boots, and the other stays good.',
  // The slot that runs has a priority above the lowest from the second update on.
  from: 'next',
  unless: async (machine) => {
    if (await ordersInSteps(machine)) return undefined;
    return 'cgpt of this image changes the order of the slots in one write';
  },
  prepare: async (machine) => await stopInPrioritize(machine, slotNumber.a),
  reach: reachStoppedCgpt,
  boots: 'new',
  booted: async (machine) => {
    const { successful } = await slotFlags(machine, 'b');
    check.equal(successful, 1, 'success of USR-B, the way back');
  },
});
