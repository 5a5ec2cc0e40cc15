/**
 * The way back from a slot that verifies but holds no system. Slot B is given an empty file system
 * with a hash tree of its own, a kernel that names its root hash, and one try.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';
import { bootedSlot, slotFlags, slotNumber, systemDisk } from '../support/slots.js';
import { rootHashOffset, verityTable } from '../support/verity.js';

/** What Flatcar's own test of this promise allows. Source: flatcar/mantle, kola update/badusr. */
const fallbackMs = 300_000;

/** 16 MiB are enough for an empty file system, and its hashes are made in no time. */
const emptyBlocks = 4096;

/** Formats USR-B as /usr is, but empty; returns the root hash. */
async function makeEmptySlot(machine: Machine): Promise<string> {
  const device = '/dev/disk/by-partlabel/USR-B';
  const { hashStartBlock, hashBlockBytes } = await verityTable(machine);
  // The superblock, which veritysetup writes at the offset, takes the block before the tree.
  const hashOffset = (hashStartBlock - 1) * hashBlockBytes;
  await machine.output(['mkfs.ext4', '-q', '-F', '-b', '4096', device, `${emptyBlocks}`], {
    sudo: true,
  });
  const argv = [
    'veritysetup',
    'format',
    '--hash=sha256',
    '--data-block-size=4096',
    '--hash-block-size=4096',
    `--data-blocks=${emptyBlocks}`,
    `--hash-offset=${hashOffset}`,
    device,
    device,
  ] as const;
  const report = await machine.output(argv, { sudo: true });
  const [, hash = ''] = check.matches(report, /Root hash:\s*([0-9a-f]{64})/, 'veritysetup format');
  return hash;
}

/** Puts a copy of slot A's kernel beside it, with the other root hash inside. */
async function makeKernel(machine: Machine, rootHash: string): Promise<void> {
  const [from, to] = ['/boot/flatcar/vmlinuz-a', '/boot/flatcar/vmlinuz-b'];
  await machine.output(['cp', from, to], { sudo: true });
  const seek = `seek=${await rootHashOffset(machine)}`;
  const argv = ['dd', `of=${to}`, 'bs=1', seek, 'conv=notrunc,fsync', 'status=none'] as const;
  await machine.output(argv, { sudo: true, stdin: rootHash });
}

/** What an update does last: slot B is first in line, for one try. */
async function preferSlotB(machine: Machine): Promise<void> {
  const disk = await systemDisk(machine);
  const slot = ['-i', `${slotNumber.b}`] as const;
  await machine.output(['cgpt', 'repair', disk], { sudo: true });
  await machine.output(['cgpt', 'add', ...slot, '-S', '0', '-T', '1', disk], { sudo: true });
  await machine.output(['cgpt', 'prioritize', ...slot, disk], { sudo: true });
}

export default defineSuite({
  id: 'slots/fallback',
  summary: 'A slot that cannot boot gets its one try, then the machine is back in the old slot.',
  claims: ['V10'],
  tags: ['slots', 'verity', 'boot', 'reboot', 'slow'],
  applies: { needs: ['ab-slots', 'gpt-priorities', 'verity'] },
  topology: singleMachine(),
  start: 'cold',
  limits: { runMs: 480_000 },
  expects: [
    { pattern: 'slot-refused', reason: 'slot B has no system to start' },
    { pattern: 'emergency-mode', reason: 'slot B has no system to start' },
    { pattern: 'kernel-panic', reason: 'slot B has no system to start' },
    { pattern: 'unit-failed', reason: 'slot B has no system to start' },
    { pattern: 'dependency-failed', reason: 'slot B has no system to start' },
  ],
  async run(context) {
    const machine = context.machine();
    await context.step('slot B is empty, verified and first in line', async () => {
      await settled(machine);
      check.equal(await bootedSlot(machine), 'a', 'slot before the attempt');
      await makeKernel(machine, await makeEmptySlot(machine));
      await preferSlotB(machine);
      const { tries, successful } = await slotFlags(machine, 'b');
      check.equal([tries, successful], [1, 0], 'tries and success of USR-B before the attempt');
    });
    await context.step('the machine comes back by itself', async () => {
      await machine.reboot({ timeoutMs: fallbackMs });
    });
    await context.step('it is in slot A, and slot B has used its try', async () => {
      check.equal(await bootedSlot(machine), 'a', 'slot after the attempt');
      const { tries, successful } = await slotFlags(machine, 'b');
      check.equal([tries, successful], [0, 0], 'tries and success of USR-B after the attempt');
    });
  },
});
