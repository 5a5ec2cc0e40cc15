/**
 * The NICs of a cluster's network as QEMU knows them, on its command line or plugged in later: the
 * same words for both (QEMU's QMP reference, `netdev_add`, `device_add`).
 */

import type { LanSpec, MachineSpec } from './machine-spec.js';
import type { QmpExecute } from './migration.js';

/** The slot that a NIC is put into. */
export function lanSlot({ id }: LanSpec): string {
  return `${id}-slot`;
}

/** What the n-th NIC of a machine is called, by QEMU too. */
export function lanId(n: number): string {
  return `lan${n}`;
}

/** QEMU connects to the switch; a switch that has gone is the end of the cluster. */
export function lanNetdev({ id, socket }: LanSpec): Record<string, unknown> {
  return { type: 'stream', id, server: false, addr: { type: 'unix', path: socket } };
}

/** Without a ROM the firmware has nothing to load and no network boot to try. */
export function lanDevice(lan: LanSpec): Record<string, unknown> {
  const { id, mac } = lan;
  return {
    driver: 'virtio-net-pci',
    id: `${id}-nic`,
    netdev: id,
    mac,
    bus: lanSlot(lan),
    romfile: '',
  };
}

/** Gives a fork the NICs that its template did not have. Throws QMP_ERROR. */
export async function plugLans(
  { lans = [], memory }: MachineSpec,
  execute: QmpExecute,
  signal: AbortSignal,
): Promise<void> {
  // What is going to be a template itself stays without.
  if (memory?.sharing !== 'private') return;
  for (const lan of lans) {
    await execute('netdev_add', lanNetdev(lan), signal);
    await execute('device_add', lanDevice(lan), signal);
  }
}
