/**
 * What the boot loader told the kernel: where /usr and its root hash are, how ROOT is mounted, and
 * that kernel and slot belong together.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { commandLine } from '../support/cmdline.js';
import { bootedSlot } from '../support/slots.js';

const mounts = {
  root: 'LABEL=ROOT',
  rootflags: 'rw',
  'mount.usrflags': 'ro',
  consoleblank: '0',
} as const;

export default defineSuite({
  id: 'boot/kernel-command-line',
  summary: 'The kernel is told to mount a verified /usr read-only, from the slot it belongs to.',
  claims: ['B05', 'B06', 'B07'],
  tags: ['boot', 'verity', 'slots'],
  applies: { needs: ['verity', 'ab-slots'] },
  topology: singleMachine(),
  start: 'cold',
  async run(context) {
    const machine = context.machine();
    const line = await commandLine(machine);
    await context.step('/usr is opened by its root hash', async () => {
      check.equal(line.value('mount.usr'), '/dev/mapper/usr', 'mount.usr');
      check.matches(line.value('verity.usr') ?? '', /^PARTUUID=[0-9a-f-]{36}$/, 'verity.usr');
      check.matches(line.value('verity.usrhash') ?? '', /^[0-9a-f]{64}$/, 'verity.usrhash');
    });
    await context.step('ROOT is writable, /usr is not', async () => {
      for (const [key, value] of Object.entries(mounts)) check.equal(line.value(key), value, key);
    });
    await context.step('the kernel is that of the slot', async () => {
      const kernel = line.value('BOOT_IMAGE') ?? '';
      const expected = new RegExp(`/vmlinuz-${await bootedSlot(machine)}$`);
      check.matches(kernel, expected, 'BOOT_IMAGE of the slot below /usr');
    });
  },
});
