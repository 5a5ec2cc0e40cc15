/**
 * A reboot that somebody asks for.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { checkRunning, rebootLimits } from '../support/running.js';

export default defineSuite({
  id: 'boot/reboot',
  summary: 'A machine that is told to reboot comes back as a new boot and is running again.',
  claims: ['B21'],
  tags: ['boot', 'reboot'],
  topology: singleMachine(),
  limits: rebootLimits,
  async run(context) {
    const machine = context.machine();
    const before = await machine.bootId();
    await context.step('the machine reboots', async () => await machine.reboot());
    await context.step('it is another boot', async () => {
      check.differs(await machine.bootId(), before, 'boot id after the reboot');
    });
    await context.step('the system is running again', async () => await checkRunning(machine));
  },
});
