/**
 * A power cut between the two changes that make a slot the good one.
 */

import { reachEvent, reachStoppedCgpt, stopCgpt } from '../support/cut-points.js';
import { powerCutSuite } from '../support/power-cuts.js';

export default powerCutSuite({
  id: 'power-cut/marking-good',
  summary:
    'The power fails in the middle of marking the new slot good: it is, and boots, though it was on its last try.',
  onTrial: true,
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
