/**
 * Updated and fresh are the same: dm-verity proves it block by block.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import {
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';
import { verityTable } from '../support/verity.js';

/** Without what names the slot and its root hash, and what only a first boot has. */
async function kernelArguments(machine: Machine): Promise<readonly string[]> {
  const words = (await machine.readFile('/proc/cmdline')).trim().split(/\s+/);
  const own =
    /^(BOOT_IMAGE|usr|mount\.usr|verity\.usr|verity\.usrhash|flatcar\.first_boot|systemd\.)/;
  return words.filter((word) => !own.test(word)).sort();
}

export default defineSuite({
  id: 'update/same-as-fresh',
  summary:
    'An updated machine is the release that was built: its /usr, its kernel, its kernel arguments.',
  claims: ['F06', 'V07'],
  tags: ['update', 'talk', 'verity'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 900_000 },
  async run(context) {
    const machine = context.machine();
    const release = context.release('next');
    const before = await kernelArguments(machine);
    await context.step('an update', async () => {
      await configureUpdates(machine);
      await installUpdate(machine, release);
      await machine.reboot();
    });
    await context.step('/usr is the one that was built', async () => {
      await mustRun(machine, 'b', release);
      const { hashStartBlock, hashBlockBytes, dataDevice, rootHash } = await verityTable(machine);
      // The superblock takes the block before the tree.
      const offset = `--hash-offset=${(hashStartBlock - 1) * hashBlockBytes}`;
      const device = await machine.output(['realpath', `/dev/block/${dataDevice}`]);
      const argv = ['veritysetup', 'verify', offset, device, device, rootHash] as const;
      const verified = await machine.exec(argv, { sudo: true, timeoutMs: 240_000 });
      check.succeeds(verified, 'verifying each block of the slot');
    });
    await context.step('the kernel file is the one that was built', async () => {
      const text = await machine.output(['sha256sum', '/boot/flatcar/vmlinuz-b'], { sudo: true });
      check.equal(text.split(' ')[0] ?? '', release.kernelSha256, 'digest of vmlinuz-b');
    });
    await context.step('the kernel is told the same, but for the slot', async () => {
      check.equal(await kernelArguments(machine), before, 'kernel arguments without the slot');
    });
  },
});
