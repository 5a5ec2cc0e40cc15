/**
 * The two USR slots as a user of `cgpt` and `rootdev` sees them, and the disk that they are on.
 */

import type { Guest } from '../../harness/model/machine.js';
import { check } from './check.js';

export type Slot = 'a' | 'b';

/** Numbers of the USR partitions. Source: flatcar/scripts, build_library/disk_layout.json. */
export const slotNumber: Readonly<Record<Slot, number>> = { a: 3, b: 4 };

/** GPT attributes of a slot, by the letters that `cgpt` gives them. */
export interface SlotFlags {
  readonly priority: number;
  readonly tries: number;
  readonly successful: number;
}

/** The device of the disk that holds ROOT and the slots, such as `/dev/vda`. */
export async function systemDisk(guest: Guest): Promise<string> {
  const root = await guest.output(['findmnt', '-nvo', 'SOURCE', '/']);
  return await guest.output(['lsblk', '-ndpo', 'PKNAME', root]);
}

/** The slot whose partition is below `/usr`. */
export async function bootedSlot(guest: Guest): Promise<Slot> {
  const device = await guest.output(['rootdev', '-s', '/usr'], { sudo: true });
  const label = await guest.output(['lsblk', '-ndo', 'PARTLABEL', device]);
  const [, letter] = check.matches(label, /^USR-([AB])$/, `label of ${device}, below /usr`);
  return letter === 'A' ? 'a' : 'b';
}

/** What `cgpt` says of a slot. */
export async function slotFlags(guest: Guest, slot: Slot): Promise<SlotFlags> {
  const disk = await systemDisk(guest);
  const number = `${slotNumber[slot]}`;
  const show = async (flag: string) =>
    Number(await guest.output(['cgpt', 'show', '-i', number, flag, disk], { sudo: true }));
  return { priority: await show('-P'), tries: await show('-T'), successful: await show('-S') };
}
