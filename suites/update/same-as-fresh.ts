/**
 * Updated and built are the same: dm-verity proves /usr block by block, and a machine whose root file
 * system the release has made anew is compared with one that came to it by an update. Both were
 * installed from the image before: boot loader, ESP and OEM are of that one on either.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { onAll } from '../support/clusters.js';
import { difference, manifest, manifestParts } from '../support/manifest.js';
import { checkRunning, settled } from '../support/running.js';
import {
  awaitGood,
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';
import { verityTable } from '../support/verity.js';

/** Everything below /usr: paths, types, modes, owners, targets of links, and a digest of each file. */
async function filesOfUsr(machine: Machine): Promise<string> {
  const script = `cd /usr
    find . -xdev ! -type f -printf '%P %y %m %U:%G %l\\n' | sort > /var/tmp/usr.list
    find . -xdev -type f -printf '%P %y %m %U:%G %s\\n' | sort >> /var/tmp/usr.list
    find . -xdev -type f -print0 | sort -z | xargs -0 sha256sum >> /var/tmp/usr.list
    test -s /var/tmp/usr.list
    sha256sum < /var/tmp/usr.list`;
  const result = await machine.sh(script, { sudo: true, timeoutMs: 480_000 });
  return check.succeeds(result, `reading /usr of ${machine.name}`);
}

/** The system makes its root file system anew, as at the first boot of its life. */
async function startAfresh(machine: Machine): Promise<void> {
  // By these the harness knows the machine.
  const keep = ['--keep-paths', '/etc/ssh/ssh_host_.*'] as const;
  await machine.output(['flatcar-reset', '--stage-only', ...keep], { sudo: true });
  await machine.reboot();
  await checkRunning(machine);
  await configureUpdates(machine);
  // The kernel is told of a first boot.
  await machine.reboot();
}

export default defineSuite({
  id: 'update/same-as-fresh',
  summary:
    'An updated machine is the release that was built, and the same as one that the release has set up afresh.',
  claims: ['V07'],
  tags: ['update', 'talk', 'verity'],
  applies: { needs: [...updateNeeds, 'flatcar-reset', 'release:next'] },
  topology: updatable({}, { count: 2 }),
  limits: { runMs: 1_500_000 },
  async run(context) {
    const [updated, fresh] = [context.machine('main', 0), context.machine('main', 1)];
    const release = context.release('next');
    await context.step('an update', async () => {
      await onAll([updated, fresh], async (machine) => {
        await configureUpdates(machine);
        await installUpdate(machine, release);
        await machine.reboot();
        await mustRun(machine, 'b', release);
        await awaitGood(machine, 'b');
      });
    });
    await context.step('/usr is the one that was built', async () => {
      const { hashStartBlock, hashBlockBytes, dataDevice, rootHash } = await verityTable(updated);
      // The superblock takes the block before the tree.
      const offset = `--hash-offset=${(hashStartBlock - 1) * hashBlockBytes}`;
      const device = await updated.output(['realpath', `/dev/block/${dataDevice}`]);
      const argv = ['veritysetup', 'verify', offset, device, device, rootHash] as const;
      const verified = await updated.exec(argv, { sudo: true, timeoutMs: 240_000 });
      check.succeeds(verified, 'verifying each block of the slot');
    });
    await context.step('the kernel file is the one that was built', async () => {
      const text = await updated.output(['sha256sum', '/boot/flatcar/vmlinuz-b'], { sudo: true });
      check.equal(text.split(' ')[0] ?? '', release.kernelSha256, 'digest of vmlinuz-b');
    });
    await context.step('another machine starts afresh with the release', async () => {
      await startAfresh(fresh);
      await mustRun(fresh, 'b', release);
      await onAll([updated, fresh], settled);
    });
    await context.step('the same kernel arguments', async () => {
      const [one, other] = await onAll([updated, fresh], async (machine) => {
        return (await machine.readFile('/proc/cmdline')).trim();
      });
      check.equal(one, other, 'kernel arguments of the updated machine, and of the fresh one');
    });
    await context.step('the same files of /usr', async () => {
      const [one, other] = await onAll([updated, fresh], filesOfUsr);
      check.equal(one, other, 'digest over all files of /usr, updated and fresh');
    });
    const [one, other] = await onAll([updated, fresh], manifest);
    for (const part of manifestParts) {
      await context.step(`the same ${part}`, async () => {
        check.equal(
          difference(one?.[part] ?? [], other?.[part] ?? []),
          [],
          `differences in ${part}`,
        );
      });
    }
  },
});
