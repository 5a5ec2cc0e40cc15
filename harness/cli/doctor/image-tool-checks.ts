/**
 * The programs that describe an image which came without a descriptor. The reference image needs
 * none of them.
 */

import { type PreflightCheck, toolCheck } from '../../../platforms/qemu/host-checks.js';

/** One check per file system that release images have used. */
export const imageToolChecks: readonly PreflightCheck[] = [
  toolCheck('mcopy', 'mtools'),
  toolCheck('btrfs', 'btrfs-progs'),
  toolCheck('fsck.erofs', 'erofs-utils'),
  toolCheck('unsquashfs', 'squashfs-tools'),
];
