/**
 * Changes to what an update writes, made to the files themselves. Where things are in a kernel file is
 * said in docs/reference-image.md.
 */

import { open, truncate } from 'node:fs/promises';
import type { ExtractedParts } from '../payload/extract-parts.js';
import { partitions } from '../reference/layout.js';

export type SlotEdit = 'other-root-hash' | 'blank-initrd' | 'larger-than-slot';

const rootHashAt = 64;
/** First sector and number of sectors of the initrd, 32 bits each, little-endian. */
const initrdPlaceAt = 136;
const sectorBytes = 512;

/** Changes the files in place. */
export async function editSlot(edit: SlotEdit, parts: ExtractedParts): Promise<void> {
  await edits[edit](parts);
}

const edits: Readonly<Record<SlotEdit, (parts: ExtractedParts) => Promise<void>>> = {
  'other-root-hash': async ({ kernel }) => {
    await using file = await open(kernel, 'r+');
    await file.write(Buffer.from('f'.repeat(64), 'latin1'), 0, 64, rootHashAt);
  },
  'blank-initrd': async ({ kernel }) => {
    await using file = await open(kernel, 'r+');
    const place = Buffer.alloc(8);
    await file.read(place, 0, 8, initrdPlaceAt);
    const blank = Buffer.alloc(place.readUInt32LE(4) * sectorBytes);
    await file.write(blank, 0, blank.length, place.readUInt32LE(0) * sectorBytes);
  },
  'larger-than-slot': async ({ partition }) => {
    const slot = partitions().find(({ label }) => label === 'USR-B');
    if (!slot) throw new RangeError('the layout has no USR-B');
    await truncate(partition, slot.sectors * sectorBytes + 2 ** 20);
  },
};
