/** What a machine boots without a disk of the reference system. */

/** The files that are made, by the names of the extras under which suites ask for them. */
export const liveFiles: Readonly<Record<string, string>> = {
  'pxe-kernel': 'pxe.vmlinuz',
  'pxe-image': 'pxe_image.cpio',
  iso: 'live.iso',
};
