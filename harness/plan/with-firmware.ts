/**
 * The same suite on other firmware, for a whole run under BIOS or UEFI, and which suites that makes
 * no sense for.
 */

import type { Firmware } from '../model/image.js';
import type { Suite } from '../model/suite.js';

/** A copy whose machines all boot with this firmware. */
export function withFirmware(suite: Suite, firmware: Firmware): Suite {
  const entries = Object.entries(suite.topology.roles);
  const roles = Object.fromEntries(entries.map(([name, role]) => [name, { ...role, firmware }]));
  return { ...suite, topology: { ...suite.topology, roles } };
}

/** Why a suite is left out of a run of this firmware: it is about the other; undefined otherwise. */
export function whyOtherFirmware({ applies }: Suite, firmware: Firmware): string | undefined {
  const other: Firmware = firmware === 'bios' ? 'uefi' : 'bios';
  if (!applies.needs?.includes(other)) return undefined;
  return `needs ${other} boot, and this run is of --firmware ${firmware}`;
}
