/**
 * Defects that several suites must see.
 */

import type { SourceEdit } from '../../images/reference/build-options.js';
import {
  changedImage,
  changedSource,
  programWith,
  type ReleaseVariant,
  sabotaged,
} from './edits.js';

/** A release that finds itself healthy, however it is. */
export const withoutHealthCheck: ReleaseVariant = {
  addFiles: [
    { path: 'lib/switchyard/system-health', mode: 0o755, contents: '#!/bin/sh\nexit 0\n' },
  ],
};

/** The engine does not tell that an update did not hold. */
export const silentRollback: readonly SourceEdit[] = [
  {
    file: 'engine/outcome.go',
    from: 'if failed != "" && failed != told {',
    to: 'if failed != "" && failed != told && told == "?" {',
  },
];

/** Each boot gives slot B a try, whatever is in it. */
export const triesAgain = sabotaged({ script: 'cgpt add -T 1 /dev/disk/by-partlabel/USR-B' });

/** The boot loader takes no try of the slot that it boots: nothing ever ends a trial. */
export const neverRollsBack = changedSource('never-rolls-back', {
  file: 'grub/gpt.c',
  from: '[1] -= 1u << 20;',
  to: '[1] -= 0u << 20;',
});

/** The initrd maps /usr as it is, and verifies nothing. */
export const verityOff = changedSource('verity-off', {
  file: 'initrd/open-slot.c',
  from: '  if (control(fd, DM_TABLE_LOAD, io, DM_READONLY_FLAG)) return 1;',
  to: `  strcpy(target->target_type, "linear");
  sprintf((char *)(target + 1), "%u:%u 0", major(info.st_rdev), minor(info.st_rdev));
  if (control(fd, DM_TABLE_LOAD, io, DM_READONLY_FLAG)) return 1;`,
});

const nicSettings = 'lib/systemd/network/zz-default.network';

/** What the image sets for a NIC says nothing of the MTU of a lease: systemd then does not take it. */
export const withoutUseMtu = changedImage({
  name: 'without-use-mtu',
  addFiles: [{ ...programWith(nicSettings, 'UseMTU=true\n', ''), mode: 0o644 }],
});

/** When sabotage comes before extensions are merged. */
export const beforeExtensions = 'DefaultDependencies=no\nBefore=systemd-sysext.service';
