/**
 * A file system that can not be made is no detail.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { checkStopped, stopPatterns, stopped } from '../support/must-fail.js';

const config = `variant: flatcar
version: 1.0.0
storage:
  filesystems:
    - {device: /dev/disk/by-id/virtio-tiny, format: xfs, path: /srv, wipe_filesystem: true}
`;

export default defineSuite({
  id: 'ignition/filesystem-impossible',
  summary: 'An xfs that does not fit on its disk stops the boot with the words of mkfs.',
  claims: ['I51'],
  tags: ['ignition', 'storage', 'must-fail'],
  applies: { needs: ['console'] },
  topology: singleMachine({
    ready: stopped,
    disks: [{ name: 'tiny', sizeMiB: 8 }],
    provisioning: { kind: 'butane', config },
  }),
  start: 'first-boot',
  expects: stopPatterns,
  async run({ machine, step }) {
    const main = machine();
    await step('the boot stops, with the reason', async () => {
      checkStopped(main, /failed to create filesystems.*too small/i);
    });
  },
});
