/**
 * The partition table of the reference image: Flatcar's numbers, labels, type GUIDs and sizes
 * (build_library/disk_layout.json of flatcar/scripts, the "vm" layout since October 2025).
 */

const sectorBytes = 512;
const alignSectors = 4096;

/** Slot attributes as `cgpt` names them. */
export interface SlotAttributes {
  readonly priority: number;
  readonly tries: number;
  readonly successful: boolean;
}

/** One partition with its place on the disk, in sectors of 512 bytes. */
export interface Partition {
  readonly number: number;
  readonly label: string;
  readonly type: string;
  readonly uuid: string;
  readonly startSector: number;
  readonly sectors: number;
  readonly attributeBits: readonly number[];
}

const mebibyte = 2 ** 20 / sectorBytes;
const usrType = '5dfbf5f4-2848-4bac-aa5e-0d9a20b745a6';

const wanted: readonly (Omit<Partition, 'startSector' | 'attributeBits'> & { slot?: 'a' | 'b' })[] =
  [
    row(1, 'EFI-SYSTEM', 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b', 1024 * mebibyte),
    row(2, 'BIOS-BOOT', '21686148-6449-6e6f-744e-656564454649', 2 * mebibyte),
    {
      ...row(3, 'USR-A', usrType, 2048 * mebibyte),
      uuid: '7130c94a-213a-4e5a-8e26-6cce9662f132',
      slot: 'a',
    },
    {
      ...row(4, 'USR-B', usrType, 2048 * mebibyte),
      uuid: 'e03dd35c-7c2d-4a47-b3fe-27f15780a57c',
      slot: 'b',
    },
    row(6, 'OEM', '0fc63daf-8483-4772-8e79-3d69d8477de4', 1024 * mebibyte),
    row(7, 'OEM-CONFIG', 'c95dc21a-df0e-4340-8d7b-26cbfa9a03e0', 64 * mebibyte),
    row(9, 'ROOT', '3884dd41-8582-4404-b9a8-e9b84f2df50e', 12_943_360),
  ];

function row(number: number, label: string, type: string, sectors: number) {
  return { number, label, type, sectors, uuid: `5c7a11d0-0000-4000-8000-00000000000${number}` };
}

/** The attributes of a fresh image: USR-A good, USR-B empty. */
export const freshSlots: Readonly<Record<'a' | 'b', SlotAttributes>> = {
  a: { priority: 1, tries: 0, successful: true },
  b: { priority: 0, tries: 0, successful: false },
};

/**
 * The set bits of a slot's attribute field: priority in bits 48 to 51, tries in 52 to 55, successful
 * in 56 (cgptlib_internal.h of flatcar/seismograph).
 */
export function slotBits({ priority, tries, successful }: SlotAttributes): readonly number[] {
  const value = (priority & 15) | ((tries & 15) << 4) | (successful ? 1 << 8 : 0);
  return Array.from({ length: 9 }, (_, bit) => bit)
    .filter((bit) => value & (1 << bit))
    .map((bit) => bit + 48);
}

/** All partitions, aligned to 2 MiB, in order. */
export function partitions(slots = freshSlots): readonly Partition[] {
  let startSector = alignSectors;
  return wanted.map(({ slot, ...partition }) => {
    const placed = { ...partition, startSector, attributeBits: slot ? slotBits(slots[slot]) : [] };
    startSector += Math.ceil(partition.sectors / alignSectors) * alignSectors;
    return placed;
  });
}

/** Size of the whole disk: the partitions and room for the backup table. */
export function diskBytes(): number {
  const last = partitions().at(-1);
  if (!last) throw new RangeError('the layout has no partitions');
  return (last.startSector + last.sectors + alignSectors) * sectorBytes;
}

/** The layout as image.sh reads it: NUMBER LABEL START SECTORS TYPE UUID BITS, `-` for no bits. */
export function layoutTable(table: readonly Partition[]): string {
  const lines = table.map(({ number, label, startSector, sectors, type, uuid, attributeBits }) =>
    [number, label, startSector, sectors, type, uuid, attributeBits.join(',') || '-'].join(' '),
  );
  return `${lines.join('\n')}\n`;
}
