/**
 * What was written to the new slot is not what is there: a disk that lost or mixed up a write.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { reachProgress } from '../support/cut-points.js';
import { failsAndRecovers } from '../support/update-faults.js';
import { updatable, updateNeeds } from '../support/updates.js';

/** One block among those that were written first becomes another. */
async function alterSlot(machine: Machine): Promise<void> {
  await reachProgress(machine, 0.5);
  const script =
    'dd if=/dev/urandom of=/dev/disk/by-partlabel/USR-B bs=4096 seek=256 count=1 oflag=direct conv=notrunc';
  check.succeeds(await machine.sh(script, { sudo: true }), 'writing another block into USR-B');
}

export default defineSuite({
  id: 'update-faults/slot-altered',
  summary:
    'A block of the new slot is not the one that was written: the update fails, the machine does not, and the next update goes through.',
  claims: ['A50'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'release:next'] },
  topology: updatable(),
  limits: { runMs: 480_000 },
  async run(context) {
    const { bytes } = context.release('next').payload;
    await failsAndRecovers(context, {
      // Twenty seconds are enough to alter the slot while the rest is on its way.
      fault: { kind: 'drip', bytesPerSecond: Math.round(bytes / 20) },
      meanwhile: alterSlot,
      errorCode: 15,
    });
  },
});
