/**
 * Reads a GUID partition table from bytes: checks both checksums and decodes the entries, with the
 * slot attributes that the boot path of an A/B image obeys. Writes nothing and opens no file.
 */

import { crc32 } from 'node:zlib';

/** The logical sector size of every image that the harness boots. */
export const sectorBytes = 512;

/** GPT type of a slot: `flatcar-usr` in cgpt. Source: flatcar/scripts, disk_layout.json. */
export const usrPartitionType = '5dfbf5f4-2848-4bac-aa5e-0d9a20b745a6';
/** GPT type of an EFI system partition. Source: UEFI specification 2.10, table 5.7. */
export const efiPartitionType = 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b';
/** GPT type of GRUB's core on BIOS machines. Source: the GRUB manual, BIOS installation. */
export const biosPartitionType = '21686148-6449-6e6f-744e-656564454649';

/** What decides which slot boots: the highest priority that has tries left or was successful. */
export interface SlotAttributes {
  readonly priority: number;
  readonly tries: number;
  readonly successful: boolean;
}

export interface GptPartition {
  /** Counts from 1, as in `/dev/vda3`. */
  readonly number: number;
  readonly label: string;
  /** Lower case. */
  readonly typeGuid: string;
  readonly guid: string;
  readonly firstSector: number;
  readonly sectors: number;
  /** All 64 bits, as 16 hexadecimal digits. */
  readonly attributes: string;
  readonly slot: SlotAttributes;
}

export interface Gpt {
  readonly diskGuid: string;
  /** Where the other copy of the header is. */
  readonly otherHeaderSector: number;
  readonly partitions: readonly GptPartition[];
}

/** A table, or why there is none. */
export type GptResult =
  | { readonly kind: 'table'; readonly table: Gpt }
  | { readonly kind: 'corrupt'; readonly reason: string };

/** Consecutive sectors of a disk, and the sector in which the header to read is expected. */
export interface GptWindow {
  readonly bytes: Uint8Array;
  /** The disk's sector that `bytes` begins with. */
  readonly firstSector: number;
  /** 1 for the primary table, the disk's last sector for the backup. */
  readonly headerSector: number;
}

const minimumHeaderBytes = 92;
const minimumEntryBytes = 128;

/** Parses the primary table from the first sectors of a disk; 34 are enough for 128 entries. */
export function parsePrimaryGpt(bytes: Uint8Array): GptResult {
  return parseGpt({ bytes, firstSector: 0, headerSector: 1 });
}

/** Parses one copy of the table. Layout: UEFI specification 2.10, section 5.3. */
export function parseGpt(window: GptWindow): GptResult {
  const bytes = Buffer.from(window.bytes.buffer, window.bytes.byteOffset, window.bytes.byteLength);
  const headerAt = (window.headerSector - window.firstSector) * sectorBytes;
  const header = bytes.subarray(headerAt, headerAt + sectorBytes);
  const problem = headerProblem(header, window.headerSector);
  if (problem !== undefined) return { kind: 'corrupt', reason: problem };
  return parseEntries(header, bytes, window.firstSector);
}

function headerProblem(header: Buffer, headerSector: number): string | undefined {
  if (header.length < sectorBytes) return `header in sector ${headerSector} is cut off`;
  if (header.toString('latin1', 0, 8) !== 'EFI PART') {
    return `no "EFI PART" signature in sector ${headerSector}`;
  }
  const length = header.readUInt32LE(12);
  if (length < minimumHeaderBytes || length > sectorBytes) return `header length is ${length}`;
  const unsigned = Buffer.from(header.subarray(0, length));
  unsigned.writeUInt32LE(0, 16);
  if (crc32(unsigned) !== header.readUInt32LE(16)) return 'header checksum does not match';
  const own = header.readBigUInt64LE(24);
  if (own === BigInt(headerSector)) return undefined;
  return `header says that it is in sector ${own}, it is in ${headerSector}`;
}

function parseEntries(header: Buffer, bytes: Buffer, firstSector: number): GptResult {
  const count = header.readUInt32LE(80);
  const entryBytes = header.readUInt32LE(84);
  if (entryBytes < minimumEntryBytes || entryBytes % 8 !== 0) {
    return { kind: 'corrupt', reason: `partition entry size is ${entryBytes}` };
  }
  const at = (Number(header.readBigUInt64LE(72)) - firstSector) * sectorBytes;
  const array = at < 0 ? Buffer.alloc(0) : bytes.subarray(at, at + count * entryBytes);
  if (array.length !== count * entryBytes) {
    return { kind: 'corrupt', reason: `the ${count} partition entries are cut off` };
  }
  if (crc32(array) !== header.readUInt32LE(88)) {
    return { kind: 'corrupt', reason: 'partition entries checksum does not match' };
  }
  return checkedTable(header, splitEntries(array, entryBytes));
}

function checkedTable(header: Buffer, partitions: readonly GptPartition[]): GptResult {
  const bad = partitions.find((partition) => partition.sectors < 1);
  if (bad) return { kind: 'corrupt', reason: `partition ${bad.number} ends before it starts` };
  return {
    kind: 'table',
    table: {
      diskGuid: guidAt(header, 56),
      otherHeaderSector: Number(header.readBigUInt64LE(32)),
      partitions,
    },
  };
}

function splitEntries(array: Buffer, entryBytes: number): GptPartition[] {
  const partitions: GptPartition[] = [];
  for (let at = 0; at < array.length; at += entryBytes) {
    const entry = array.subarray(at, at + entryBytes);
    const unused = entry.subarray(0, 16).every((byte) => byte === 0);
    if (!unused) partitions.push(decodeEntry(entry, at / entryBytes + 1));
  }
  return partitions;
}

function decodeEntry(entry: Buffer, number: number): GptPartition {
  const first = entry.readBigUInt64LE(32);
  const attributes = entry.readBigUInt64LE(48);
  const [label = ''] = entry.toString('utf16le', 56, 128).split('\0');
  return {
    number,
    label,
    typeGuid: guidAt(entry, 0),
    guid: guidAt(entry, 16),
    firstSector: Number(first),
    sectors: Number(entry.readBigUInt64LE(40) - first) + 1,
    attributes: attributes.toString(16).padStart(16, '0'),
    slot: slotAttributes(attributes),
  };
}

/**
 * Decodes priority (bits 48 to 51), tries (52 to 55) and successful (56). Source: flatcar/seismograph,
 * cgptlib_internal.h.
 */
export function slotAttributes(attributes: bigint): SlotAttributes {
  return {
    priority: Number((attributes >> 48n) & 0xfn),
    tries: Number((attributes >> 52n) & 0xfn),
    successful: ((attributes >> 56n) & 1n) === 1n,
  };
}

/** The first three fields of a GUID are little-endian on disk, the last two are not. */
function guidAt(bytes: Buffer, at: number): string {
  const hex = (from: number, to: number) => bytes.toString('hex', at + from, at + to);
  const swapped = (from: number, to: number) =>
    Buffer.from(bytes.subarray(at + from, at + to))
      .reverse()
      .toString('hex');
  return [swapped(0, 4), swapped(4, 6), swapped(6, 8), hex(8, 10), hex(10, 16)].join('-');
}
