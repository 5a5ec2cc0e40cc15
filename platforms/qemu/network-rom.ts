/** The ROM by which a NIC of QEMU boots from the network: iPXE. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** QEMU's own name of it. */
const romFile = 'efi-virtio.rom';

/** Where distributions put QEMU's ROMs (Debian, Fedora and Arch, in this order). */
const places = ['/usr/lib/ipxe/qemu', '/usr/share/ipxe/qemu', '/usr/share/qemu'];

/** Whether a machine can boot from the network here. */
export function hasNetworkRom(): boolean {
  return places.some((directory) => existsSync(join(directory, romFile)));
}
