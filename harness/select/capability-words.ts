/**
 * What capabilities are that an image may lack, in words for whoever reads why a suite was excluded:
 * most of them no image made of Debian's packages has.
 */

/** By the name that suites need; the others speak for themselves. */
export const capabilityWords: Readonly<Record<string, string>> = {
  '9p': "a kernel that mounts 9p over virtio; Debian's kernel for clouds is built without",
  'boot-disk-partitions': 'an initrd that can change the partition table of the disk it boots from',
  'coreos-cloudinit': 'the program that reads cloud-configs; Debian has no package of it',
  'extra:busybox': 'a static program; ./yard images build makes it, for other images too',
  'extra:nginx': 'a container image; ./yard images build makes it, for other images too',
  'flatcar-kernel': 'the kernel that only Flatcar builds',
  'flatcar-units': 'etcd-member and flanneld, the services that only Flatcar ships',
  'ignition-2': "an Ignition that translates specification 2; Debian's reads 3 alone",
  'ignition-3.4': "an Ignition that reads specification 3.4; Debian's ends with 3.3",
  'ignition-oem-scheme': "Flatcar's own change of Ignition, the scheme oem://",
  'secure-boot': 'a boot loader and a kernel signed with a key that the firmware knows',
  selinux: 'a kernel that runs with SELinux, and the policy in /usr',
};
