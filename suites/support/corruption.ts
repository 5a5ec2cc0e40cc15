/**
 * What happens when /usr is changed below dm-verity.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { ExpectedPattern } from '../../harness/model/suite.js';
import { check } from './check.js';
import { verityTable } from './verity.js';

const reason = 'the suite corrupts a block on purpose';

/** What the console then says, which is not what ends the case. */
export const corruptionPatterns: readonly ExpectedPattern[] = [
  { pattern: 'kernel-panic', reason },
  { pattern: 'verity-corruption', reason },
  { pattern: 'block-error', reason },
  { pattern: 'filesystem-error', reason },
];

interface Block {
  /** The partition, below the verified device. */
  readonly device: string;
  /** In blocks of `bytes`. */
  readonly number: number;
  readonly bytes: number;
}

/** The last one that dm-verity covers: it is beyond the file system's own, and nothing else reads it. */
async function lastBlock(machine: Machine): Promise<Block> {
  const { dataDevice, dataBlocks, dataBlockBytes } = await verityTable(machine);
  const device = await machine.output(['realpath', `/dev/block/${dataDevice}`]);
  return { device, number: dataBlocks - 1, bytes: dataBlockBytes };
}

function readThrough({ number, bytes }: Block): string {
  return `dd if=/dev/mapper/usr of=/dev/null bs=${bytes} skip=${number} count=1 iflag=direct`;
}

/**
 * Changes a block of the running slot's partition and reads it through dm-verity, where it could be
 * read before. The kernel must panic over it, and nobody may be given the block. The machine is off
 * at the end.
 */
export async function mustNotSurviveCorruption(machine: Machine): Promise<void> {
  const block = await lastBlock(machine);
  const readable = await machine.sh(readThrough(block), { sudo: true });
  check.succeeds(readable, 'reading the block as it was built');
  const from = machine.console.lines().length;
  const { device, number, bytes } = block;
  const write = `head -c ${bytes} /dev/urandom |
    dd of=${device} bs=${bytes} seek=${number} conv=notrunc oflag=direct status=none`;
  check.succeeds(await machine.sh(write, { sudo: true }), 'changing the block');
  const read = `echo 3 > /proc/sys/vm/drop_caches; ${readThrough(block)}`;
  const reading = machine.sh(read, { sudo: true, timeoutMs: 30_000 }).then(
    ({ status }) => `status ${status}`,
    () => 'no answer',
  );
  const told = /dm-verity.*corrupt|verity.*[Cc]orrupt/;
  await machine.console.waitFor(told, { timeoutMs: 30_000, from });
  await machine.console.waitFor(/Kernel panic/, { timeoutMs: 30_000, from });
  check.differs(await reading, 'status 0', 'end of the read');
  // It would boot again, and nobody wants to know that.
  await machine.cutPower();
}
