/**
 * A file system that is due for a check gets one at boot, and is clean after it.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

/** The data disk of the suite, by the name that its file system gets. */
const device = '/dev/disk/by-label/checked';

async function field(machine: Machine, name: string): Promise<string> {
  const dump = await machine.output(['dumpe2fs', '-h', device], { sudo: true });
  return check.matches(dump, new RegExp(`^${name}:\\s+(.+)$`, 'm'), 'superblock')[1] ?? '';
}

export default defineSuite({
  id: 'storage/fsck',
  summary: 'A mounted data disk whose check is due is checked at boot and clean afterwards.',
  claims: ['S15'],
  tags: ['storage', 'reboot'],
  topology: singleMachine({
    disks: [{ name: 'data', sizeMiB: 128 }],
    provisioning: {
      kind: 'butane',
      config: `variant: flatcar
version: 1.0.0
storage:
  filesystems:
    - device: /dev/disk/by-id/virtio-data
      format: ext4
      label: checked
      path: /srv
      with_mount_unit: true
`,
    },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the next mount is one too many', async () => {
      await main.output(['tune2fs', '-c', '10', '-C', '20', device], { sudo: true });
    });
    await step('after a reboot it was checked', async () => {
      await main.reboot();
      await settled(main);
      check.equal(await main.output(['findmnt', '-no', 'LABEL', '/srv']), 'checked', '/srv');
      check.equal(await field(main, 'Filesystem state'), 'clean', 'state of the file system');
      const count = Number(await field(main, 'Mount count'));
      check.ok(count < 10, 'the mount count began anew', count);
    });
  },
});
