/**
 * What was written to the new slot is not what is there: a disk that lost or mixed up a write.
 */

import type { Machine } from '../../harness/model/machine.js';
import { check } from '../support/check.js';
import { reachProgress } from '../support/cut-points.js';
import { failedUpdateSuite } from '../support/update-faults.js';

/** One block among those that were written first becomes another. */
async function alterSlot(machine: Machine): Promise<void> {
  await reachProgress(machine, 0.5);
  const script =
    'dd if=/dev/urandom of=/dev/disk/by-partlabel/USR-B bs=4096 seek=256 count=1 oflag=direct conv=notrunc';
  check.succeeds(await machine.sh(script, { sudo: true }), 'writing another block into USR-B');
}

export default failedUpdateSuite({
  id: 'update-faults/slot-altered',
  cause: 'A block of the new slot is not the one that was written',
  claims: ['A50'],
  // Twenty seconds are enough to alter the slot while the rest is on its way.
  fault: ({ payload }) => ({ kind: 'drip', bytesPerSecond: Math.round(payload.bytes / 20) }),
  meanwhile: alterSlot,
  errorCode: 15,
});
