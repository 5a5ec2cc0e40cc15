/**
 * The keys of the user `core`.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

const key =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhgd+7bcEcDGQBDg1SZHvVNAjHWtl3Qhf5VTQ/JUKzE harbour-master';
const path = '/home/core/.ssh/authorized_keys.d/ignition';

export default defineSuite({
  id: 'ignition/ssh-key',
  summary: 'The SSH keys of the config open the door to the user core, and to nobody else.',
  claims: ['I16'],
  tags: ['ignition', 'ssh', 'smoke'],
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: { passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key] }] } },
    },
  }),
  start: 'first-boot',
  async run(context) {
    const machine = context.machine();
    // The harness has no other way in than a key that the same config gives to core.
    await context.step('a key of the config logs in as core', async () => {
      check.equal(await machine.output(['id', '-un']), 'core', 'user of the session');
    });
    await context.step('all keys of the config are in their place', async () => {
      const lines = (await machine.readFile(path)).split('\n');
      check.includes(lines, key, path);
    });
    await context.step('nobody else can add one', async () => {
      const owner = await machine.output(['stat', '-c', '%U %a', path]);
      check.matches(owner, /^core [46][04][04]$/, `owner and mode of ${path}`);
    });
  },
});
