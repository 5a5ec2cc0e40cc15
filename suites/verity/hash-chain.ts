/**
 * The link between release, kernel and /usr: the kernel's own file carries the root hash that the release
 * was built with.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { commandLine } from '../support/cmdline.js';
import { settled } from '../support/running.js';
import { bootedSlot } from '../support/slots.js';
import { rootHashOffset, verityTable } from '../support/verity.js';

export default defineSuite({
  id: 'verity/hash-chain',
  summary:
    'The root hash of /usr is the one that the release was built with, is part of the kernel file of its slot, and is the one in use.',
  claims: ['V06'],
  tags: ['verity', 'boot'],
  applies: { needs: ['verity', 'ab-slots'] },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    const kernel = `/boot/flatcar/vmlinuz-${await bootedSlot(machine)}`;
    const skip = `skip=${await rootHashOffset(machine)}`;
    const argv = ['dd', `if=${kernel}`, 'bs=1', skip, 'count=64', 'status=none'] as const;
    const inKernel = await machine.output(argv, { sudo: true });
    check.matches(inKernel, /^[0-9a-f]{64}$/, `64 bytes of ${kernel} with ${skip}`);
    const { value } = await commandLine(machine);
    check.equal(value('verity.usrhash') ?? '', inKernel, 'verity.usrhash on the command line');
    const { usrHash } = machine.image;
    // Descriptors that somebody else has written may lack it.
    if (usrHash === undefined) return context.skip('the descriptor of the image has no root hash');
    const { rootHash } = await verityTable(machine);
    check.equal(rootHash, usrHash, 'root hash in use, and the one of the release');
  },
});
