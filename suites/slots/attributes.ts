/**
 * The attributes that decide which slot boots, on a machine that was never updated.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { slotFlags, systemDisk } from '../support/slots.js';

export default defineSuite({
  id: 'slots/attributes',
  summary: 'A fresh machine prefers slot A, which is known to be good, and has slot B unused.',
  claims: ['B13', 'F23'],
  tags: ['slots', 'boot', 'smoke'],
  applies: { needs: ['ab-slots', 'gpt-priorities'] },
  topology: singleMachine(),
  start: 'cold',
  async run(context) {
    const machine = context.machine();
    await context.step('slot A is preferred and good', async () => {
      const flags = await slotFlags(machine, 'a');
      check.equal(flags, { priority: 1, tries: 0, successful: 1 }, 'attributes of USR-A');
    });
    await context.step('slot B is out of the race', async () => {
      const flags = await slotFlags(machine, 'b');
      check.equal(flags, { priority: 0, tries: 0, successful: 0 }, 'attributes of USR-B');
    });
    await context.step('the table shows them to a person', async () => {
      const disk = await systemDisk(machine);
      const table = await machine.output(['cgpt', 'show', disk], { sudo: true });
      check.includes(table, 'priority=1 tries=0 successful=1', `cgpt show ${disk}`);
      check.includes(table, 'priority=0 tries=0 successful=0', `cgpt show ${disk}`);
    });
  },
});
