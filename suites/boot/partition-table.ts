/**
 * The layout of the system disk, on which updates and users' own partitioning rely.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';
import { systemDisk } from '../support/slots.js';

const usrType = '5dfbf5f4-2848-4bac-aa5e-0d9a20b745a6';

/** Number, label, type and, where it is fixed, UUID. Source: flatcar/scripts, disk_layout.json. */
const layout = [
  [1, 'EFI-SYSTEM', 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b'],
  [2, 'BIOS-BOOT', '21686148-6449-6e6f-744e-656564454649'],
  [3, 'USR-A', usrType, '7130c94a-213a-4e5a-8e26-6cce9662f132'],
  [4, 'USR-B', usrType, 'e03dd35c-7c2d-4a47-b3fe-27f15780a57c'],
  [6, 'OEM', '0fc63daf-8483-4772-8e79-3d69d8477de4'],
  [7, 'OEM-CONFIG', 'c95dc21a-df0e-4340-8d7b-26cbfa9a03e0'],
  [9, 'ROOT', '3884dd41-8582-4404-b9a8-e9b84f2df50e'],
] as const;

/** A slot is 1 GiB up to the LTS 2024 and 2 GiB since the layout of September 2025. */
const slotSizes = [1024, 2048].map((mebibytes) => mebibytes * 1024 * 1024);

interface Partition {
  readonly partn: number | string;
  readonly partlabel: string;
  readonly parttype: string;
  readonly partuuid: string;
  readonly size: number | string;
}

async function partitions(machine: Machine, disk: string): Promise<ReadonlyMap<number, Partition>> {
  const columns = 'TYPE,PARTN,PARTLABEL,PARTTYPE,PARTUUID,SIZE';
  const json = await machine.output(['lsblk', '--json', '--bytes', '--list', '-o', columns, disk]);
  const { blockdevices } = JSON.parse(json) as {
    readonly blockdevices: readonly (Partition & { readonly type: string })[];
  };
  const found = blockdevices.filter(({ type }) => type === 'part');
  return new Map(found.map((partition) => [Number(partition.partn), partition]));
}

export default defineSuite({
  id: 'boot/partition-table',
  summary: 'The system disk has the documented partitions and its partition table is sound.',
  claims: ['B11', 'B12'],
  tags: ['boot', 'storage'],
  applies: { needs: ['ab-slots'] },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    const disk = await systemDisk(machine);
    const table = await partitions(machine, disk);
    await context.step('the partitions are the documented ones', async () => {
      check.equal(
        [...table.keys()].sort((a, b) => a - b),
        layout.map(([number]) => number),
        'their numbers',
      );
      for (const [number, label, type, uuid] of layout) {
        const { partlabel, parttype, partuuid } = table.get(number) ?? {};
        check.equal(partlabel, label, `label of partition ${number}`);
        check.equal(parttype?.toLowerCase(), type, `type of ${label}`);
        if (uuid !== undefined) check.equal(partuuid?.toLowerCase(), uuid, `UUID of ${label}`);
      }
    });
    await context.step('both slots have the same documented size', async () => {
      const sizes = [3, 4].map((number) => Number(table.get(number)?.size));
      check.equal(sizes[1], sizes[0], 'size of USR-B, which must hold what USR-A holds');
      check.ok(slotSizes.includes(sizes[0] ?? 0), 'a slot is 1 GiB or 2 GiB', sizes[0]);
    });
    await context.step('the partition table is sound', async () => {
      const report = await machine.output(['sgdisk', '-v', disk], { sudo: true });
      check.includes(report, 'No problems found', `sgdisk -v ${disk}`);
    });
  },
});
