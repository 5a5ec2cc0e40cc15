/** What a suite may need of a platform, and this one has. */

import { findUefi, type UefiFirmware } from './firmware.js';

/** The firmware that can start a machine here, and what QEMU brings to every image. */
export function capabilitiesWith(uefi: UefiFirmware | undefined): readonly string[] {
  const firmware = uefi ? ['bios', 'uefi'] : ['bios'];
  return [...firmware, 'console', 'restricted-network'];
}

/** The same of this host, without opening the platform. */
export async function qemuCapabilities(): Promise<readonly string[]> {
  return capabilitiesWith(await findUefi());
}
