/**
 * The id that systemd gives to each machine (machine-id(5)).
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits } from '../support/running.js';

/** What images are shipped with, to be replaced. Source: flatcar/bootengine, initrd-setup-root. */
const blankId = '42000000000000000000000000000042';

export default defineSuite({
  id: 'identity/machine-id',
  summary: 'Each machine gets an id of its own at first boot and keeps it.',
  claims: ['C16'],
  tags: ['identity', 'boot', 'reboot'],
  topology: singleMachine({ count: 2 }),
  start: 'first-boot',
  limits: rebootLimits,
  async run(context) {
    const [one, other] = [context.machine('main', 0), context.machine('main', 1)];
    const id = await context.step('a machine has an id', async () => {
      const text = await one.output(['cat', '/etc/machine-id']);
      check.matches(text, /^[0-9a-f]{32}$/, '/etc/machine-id');
      check.differs(text, blankId, '/etc/machine-id');
      return text;
    });
    await context.step('another machine has another one', async () => {
      check.differs(await other.output(['cat', '/etc/machine-id']), id, `id of ${other.name}`);
    });
    await context.step('it is the same after a reboot', async () => {
      await one.reboot();
      check.equal(await one.output(['cat', '/etc/machine-id']), id, 'id after the reboot');
    });
  },
});
