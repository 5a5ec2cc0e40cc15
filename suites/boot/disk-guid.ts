/**
 * The GUID of the system disk's partition table. All images are built with the same one.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';
import { systemDisk } from '../support/slots.js';

/** Source: flatcar/scripts, build_library/disk_util. */
const guidOfImages = '00000000-0000-0000-0000-000000000001';

async function diskGuid(machine: Machine): Promise<string> {
  const disk = await systemDisk(machine);
  // -p reads the disk and not blkid's cache.
  const argv = ['blkid', '-p', '-o', 'value', '-s', 'PTUUID', disk] as const;
  return (await machine.output(argv, { sudo: true })).toLowerCase();
}

export default defineSuite({
  id: 'boot/disk-guid',
  summary: 'Each machine gives its disk a GUID of its own at first boot and keeps it.',
  claims: ['B10'],
  tags: ['boot', 'identity', 'reboot'],
  topology: singleMachine({ count: 2 }),
  start: 'cold',
  limits: rebootLimits,
  async run(context) {
    const [one, other] = [context.machine('main', 0), context.machine('main', 1)];
    const first = await context.step('the GUID is not that of the image', async () => {
      await settled(one);
      const guid = await diskGuid(one);
      check.matches(guid, /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'GUID of the disk');
      check.differs(guid, guidOfImages, 'GUID of the disk');
      return guid;
    });
    await context.step('another machine has another one', async () => {
      check.differs(await diskGuid(other), first, `GUID of the disk of ${other.name}`);
    });
    await context.step('it is the same after a reboot', async () => {
      await one.reboot();
      check.equal(await diskGuid(one), first, 'GUID of the disk after the reboot');
    });
  },
});
