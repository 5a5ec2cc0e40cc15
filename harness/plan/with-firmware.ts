/**
 * The same suite on other firmware, for a whole run under BIOS or UEFI.
 */

import type { Firmware } from '../model/image.js';
import type { Suite } from '../model/suite.js';

/** A copy whose machines all boot with this firmware. */
export function withFirmware(suite: Suite, firmware: Firmware): Suite {
  const entries = Object.entries(suite.topology.roles);
  const roles = Object.fromEntries(entries.map(([name, role]) => [name, { ...role, firmware }]));
  return { ...suite, topology: { roles } };
}
