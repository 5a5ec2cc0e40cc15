/**
 * The dm-verity device below /usr, as `dmsetup` shows it (kernel documentation, "dm-verity",
 * construction parameters).
 */

import type { Guest } from '../../harness/model/machine.js';
import { check } from './check.js';

/** The table of the device `usr`. */
export interface VerityTable {
  readonly sectors: number;
  readonly dataDevice: string;
  readonly dataBlockBytes: number;
  readonly hashBlockBytes: number;
  readonly dataBlocks: number;
  /** First block of the hash tree, after the superblock. */
  readonly hashStartBlock: number;
  readonly algorithm: string;
  readonly rootHash: string;
  /** Optional parameters, such as `panic_on_corruption`. */
  readonly options: readonly string[];
}

/** Where the root hash is in the kernel's file, by `uname -m`. Source: flatcar/scripts, build_image_util.sh. */
const rootHashOffsets: Readonly<Record<string, number>> = { x86_64: 64, aarch64: 512 };

/** Reads the table of `usr`; its target must be verity. */
export async function verityTable(guest: Guest): Promise<VerityTable> {
  const text = await guest.output(['dmsetup', 'table', 'usr'], { sudo: true });
  const fields = text.split(/\s+/);
  check.equal(fields[2] ?? '', 'verity', `target in dmsetup table usr (${text})`);
  const [, sectors, , , dataDevice = '', , dataBlock, hashBlock, blocks, hashStart] = fields;
  return {
    sectors: Number(sectors),
    dataDevice,
    dataBlockBytes: Number(dataBlock),
    hashBlockBytes: Number(hashBlock),
    dataBlocks: Number(blocks),
    hashStartBlock: Number(hashStart),
    algorithm: fields[10] ?? '',
    rootHash: fields[11] ?? '',
    options: fields.slice(14),
  };
}

/** Offset in bytes of the root hash in the kernel's file, on this machine's architecture. */
export async function rootHashOffset(guest: Guest): Promise<number> {
  const arch = await guest.output(['uname', '-m']);
  const offset = rootHashOffsets[arch];
  check.ok(offset !== undefined, 'the architecture is one that Flatcar is built for', arch);
  return offset as number;
}
