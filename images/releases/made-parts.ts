/**
 * What is made of the reference system beside its disk, when a suite needs it.
 */

import type { BuildOutput } from '../reference/build-options.js';

/** Files that are made together. */
export interface MadePart {
  readonly output: BuildOutput;
  readonly describes: string;
  /** The files, by the names of the extras that they become. */
  readonly files: Readonly<Record<string, string>>;
  /** What an image with these extras is capable of. */
  readonly gives: readonly string[];
}

export type MadePartName = 'live' | 'secure' | 'selinux';

/** All of them. */
export const madeParts: Readonly<Record<MadePartName, MadePart>> = {
  live: {
    output: 'live',
    describes: 'what boots without a disk: kernel, archive and compact disc',
    files: { 'pxe-kernel': 'pxe.vmlinuz', 'pxe-image': 'pxe_image.cpio', iso: 'live.iso' },
    gives: [],
  },
  secure: {
    output: 'secure',
    describes: 'a disk that Secure Boot boots, and the firmware that has its key',
    files: {
      'signed-disk': 'secure.qcow2',
      signed_efi_code: 'secure_code.fd',
      signed_efi_vars: 'secure_vars.fd',
    },
    gives: ['secure-boot'],
  },
  selinux: {
    output: 'selinux',
    describes: 'a disk with SELinux, and a kernel that mounts 9p',
    files: { 'selinux-disk': 'selinux.qcow2' },
    gives: ['selinux', '9p'],
  },
};
