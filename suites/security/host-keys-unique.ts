/**
 * The keys by which machines of one image prove who they are.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits } from '../support/running.js';

/** The key that the image makes itself, in one line without its comment. */
async function hostKey(machine: Machine): Promise<string> {
  const line = await machine.output(['cat', '/etc/ssh/ssh_host_ecdsa_key.pub']);
  return line.split(' ').slice(0, 2).join(' ');
}

export default defineSuite({
  id: 'security/host-keys-unique',
  summary: 'Machines of one image have host keys, ids and names of their own, and keep the keys.',
  claims: ['Z09'],
  tags: ['security', 'ssh', 'reboot'],
  topology: singleMachine({ count: 2, identity: 'own' }),
  limits: rebootLimits,
  async run(context) {
    const [one, other] = [context.machine('main', 0), context.machine('main', 1)];
    const key = await context.step('a machine has made a host key', async () => {
      const text = await hostKey(one);
      check.matches(text, /^ecdsa-sha2-nistp256 \S{100,}$/, 'public host key');
      return text;
    });
    await context.step('another machine has made another one', async () => {
      check.differs(await hostKey(other), key, `host key of ${other.name}`);
    });
    await context.step('machine-id and name differ, too', async () => {
      const id = async (machine: Machine) => await machine.output(['cat', '/etc/machine-id']);
      check.differs(await id(other), await id(one), `machine-id of ${other.name}`);
      check.equal(await one.output(['hostname']), one.name, 'hostname');
      check.equal(await other.output(['hostname']), other.name, 'hostname');
    });
    await context.step('the key is the same after a reboot', async () => {
      await one.reboot();
      check.equal(await hostKey(one), key, 'host key after the reboot');
    });
  },
});
