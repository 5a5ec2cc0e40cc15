/** What a suite may need of a platform, and this one has. */

import { findTang } from '../services/tang.js';
import { findUefi, type UefiFirmware } from './firmware.js';
import { hasNetworkRom } from './network-rom.js';

/** The firmware that can start a machine here, and what QEMU brings to every image. */
export function capabilitiesWith(uefi: UefiFirmware | undefined): readonly string[] {
  const firmware = uefi ? ['bios', 'uefi'] : ['bios'];
  const tang = findTang() === undefined ? [] : ['tang'];
  const network = hasNetworkRom() ? ['network-boot'] : [];
  return [
    ...firmware,
    ...tang,
    ...network,
    'console',
    'restricted-network',
    'services',
    'segments',
  ];
}

/** The same of this host, without opening the platform. */
export async function qemuCapabilities(): Promise<readonly string[]> {
  return capabilitiesWith(await findUefi());
}
