/**
 * An encrypted data disk whose key Ignition leaves on the root file system.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

const config = `variant: flatcar
version: 1.0.0
storage:
  luks:
    - name: vault
      device: /dev/disk/by-id/virtio-data
      label: vault-label
      wipe_volume: true
      options: [--pbkdf, pbkdf2, --pbkdf-force-iterations, "1000"]
      key_file: {inline: correct horse battery staple}
  filesystems:
    - device: /dev/mapper/vault
      format: ext4
      path: /srv
      with_mount_unit: true
`;

async function checkOpen(machine: Machine): Promise<void> {
  const type = await machine.output(['blkid', '-p', '-o', 'value', '-s', 'TYPE', '/dev/vdb'], {
    sudo: true,
  });
  check.equal(type, 'crypto_LUKS', 'type of vdb');
  const source = await machine.output(['findmnt', '-no', 'SOURCE', '/srv']);
  check.equal(source, '/dev/mapper/vault', 'device of /srv');
}

export default defineSuite({
  id: 'ignition/luks-key-file',
  summary:
    'A LUKS volume with a key file is opened and mounted at the first boot and at later ones.',
  claims: ['I32'],
  tags: ['ignition', 'storage', 'luks', 'butane', 'reboot'],
  topology: singleMachine({
    disks: [{ name: 'data', sizeMiB: 128 }],
    provisioning: { kind: 'butane', config },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('it is open', async () => {
      await checkOpen(main);
      await main.writeFile('/srv/note', 'a secret of the harbour\n');
    });
    await step('its disk has no plain text', async () => {
      const script = 'sync; ! grep -q "a secret of the harbour" /dev/vdb';
      check.succeeds(await main.sh(script, { sudo: true }), 'searching the disk for the text');
    });
    await step('it is open after a reboot, with its data', async () => {
      await main.reboot();
      await settled(main);
      await checkOpen(main);
      check.equal(await main.readFile('/srv/note'), 'a secret of the harbour\n', '/srv/note');
    });
  },
});
