/**
 * The partition table that the builder asks for, against Flatcar's as its own sources state it.
 */

import t from 'tap';
import { slotAttributes } from '../../../images/gpt.js';
import {
  diskBytes,
  freshSlots,
  layoutTable,
  partitions,
  slotBits,
} from '../../../images/reference/layout.js';

const mebibyte = 2 ** 20 / 512;
const usr = '5dfbf5f4-2848-4bac-aa5e-0d9a20b745a6';

/**
 * Number, label, type GUID, sectors: flatcar/scripts, build_library/disk_layout.json, layout "vm".
 */
const flatcar: readonly (readonly [number, string, string, number])[] = [
  [1, 'EFI-SYSTEM', 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b', 1024 * mebibyte],
  [2, 'BIOS-BOOT', '21686148-6449-6e6f-744e-656564454649', 2 * mebibyte],
  [3, 'USR-A', usr, 2048 * mebibyte],
  [4, 'USR-B', usr, 2048 * mebibyte],
  [6, 'OEM', '0fc63daf-8483-4772-8e79-3d69d8477de4', 1024 * mebibyte],
  [7, 'OEM-CONFIG', 'c95dc21a-df0e-4340-8d7b-26cbfa9a03e0', 64 * mebibyte],
  [9, 'ROOT', '3884dd41-8582-4404-b9a8-e9b84f2df50e', 12_943_360],
];

/** The attribute field that a list of set bits makes. */
function fieldOf(bits: readonly number[]): bigint {
  return bits.reduce((field, bit) => field | (1n << BigInt(bit)), 0n);
}

t.test('numbers, labels, types and sizes are those of Flatcar', async (t) => {
  const table = partitions().map((p) => [p.number, p.label, p.type, p.sectors]);
  t.same(table, flatcar);
});

t.test('the slots have the unique GUIDs by which GRUB and verity.usr find them', async (t) => {
  const guids = new Map(partitions().map(({ label, uuid }) => [label, uuid]));
  t.equal(guids.get('USR-A'), '7130c94a-213a-4e5a-8e26-6cce9662f132');
  t.equal(guids.get('USR-B'), 'e03dd35c-7c2d-4a47-b3fe-27f15780a57c');
  t.equal(new Set(guids.values()).size, partitions().length, 'no two are the same');
});

t.test('a fresh disk has USR-A good and nothing else marked', async (t) => {
  for (const { label, attributeBits } of partitions()) {
    const good = { priority: 1, tries: 0, successful: true };
    const expected = label === 'USR-A' ? good : { priority: 0, tries: 0, successful: false };
    t.same(slotAttributes(fieldOf(attributeBits)), expected, label);
  }
});

t.test('what is written for a slot is what the reader of tables reads', async (t) => {
  for (let priority = 0; priority <= 15; priority++) {
    for (let tries = 0; tries <= 15; tries++) {
      for (const successful of [false, true]) {
        const slot = { priority, tries, successful };
        const read = slotAttributes(fieldOf(slotBits(slot)));
        if (JSON.stringify(read) !== JSON.stringify(slot)) t.same(read, slot);
      }
    }
  }
  t.same(slotBits({ priority: 2, tries: 1, successful: false }), [49, 52], 'priority 2, one try');
});

t.test('partitions are aligned to 2 MiB, in order, and leave room for both tables', async (t) => {
  let freeSector = 34;
  for (const { label, startSector, sectors } of partitions()) {
    t.equal(startSector % 4096, 0, `${label} is aligned`);
    t.ok(startSector >= freeSector, `${label} does not overlap`);
    freeSector = startSector + sectors;
  }
  t.equal(diskBytes() % 512, 0, 'whole sectors');
  t.ok(diskBytes() / 512 - freeSector >= 33, 'the backup table fits');
});

t.test('the table for the build steps has a line for each partition', async (t) => {
  const slots = { ...freshSlots, b: { priority: 2, tries: 1, successful: false } };
  const rows = layoutTable(partitions(slots))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '));
  t.equal(rows.length, flatcar.length);
  for (const row of rows) t.equal(row.length, 7, row.join(' '));
  t.same(
    rows.map(([number, label, , , , , bits]) => [Number(number), label, bits]),
    [
      [1, 'EFI-SYSTEM', '-'],
      [2, 'BIOS-BOOT', '-'],
      [3, 'USR-A', '48,56'],
      [4, 'USR-B', '49,52'],
      [6, 'OEM', '-'],
      [7, 'OEM-CONFIG', '-'],
      [9, 'ROOT', '-'],
    ],
  );
});
