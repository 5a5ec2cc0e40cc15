/**
 * The Debian packages that the two trees are made of: the operating system and the build tools.
 * The trees are cached under a digest of these lists.
 */

/** The Debian release that the reference image is built from. */
export const debianSuite = 'trixie';

/** What becomes the base of the image. What ships as sysexts is added by os-hook.sh. */
export const osPackages: readonly string[] = [
  ...['systemd', 'systemd-sysv', 'systemd-resolved', 'systemd-timesyncd', 'systemd-cryptsetup'],
  ...['systemd-container', 'systemd-coredump', 'systemd-repart', 'udev', 'dbus'],
  ...['dbus-user-session', 'libpam-systemd', 'libnss-resolve', 'libnss-myhostname'],
  ...['libnss-systemd', 'libfido2-1', 'libpwquality1', 'kmod', 'passwd', 'login', 'sudo', 'tzdata'],
  ...['iproute2', 'iputils-ping', 'nftables', 'iptables', 'ebtables', 'ipset', 'conntrack'],
  ...['ethtool', 'net-tools', 'bridge-utils', 'wireguard-tools', 'tcpdump', 'socat', 'ncat'],
  ...['openssh-server', 'openssh-client', 'openssh-sftp-server', 'curl', 'wget'],
  ...['ca-certificates', 'e2fsprogs', 'xfsprogs', 'btrfs-progs', 'dosfstools', 'squashfs-tools'],
  ...['erofs-utils', 'mdadm', 'lvm2', 'dmsetup', 'cryptsetup-bin', 'gdisk', 'fdisk', 'cgpt'],
  ...['nfs-common', 'open-iscsi', 'efibootmgr', 'tpm2-tools', 'libtss2-tcti-device0t64', 'clevis'],
  ...['clevis-luks', 'clevis-systemd', 'clevis-tpm2', 'auditd', 'openssl-provider-fips'],
  ...['policycoreutils', 'selinux-utils', 'busybox-static', 'jq', 'less', 'vim-tiny', 'procps'],
  ...['psmisc', 'lsof', 'strace', 'file', 'tar', 'rsync', 'acl', 'attr', 'bzip2', 'xz-utils'],
  'zstd',
];

/** What the build steps run; the host needs mmdebstrap only. */
export const toolboxPackages: readonly string[] = [
  ...['erofs-utils', 'squashfs-tools', 'gdisk', 'mtools', 'dosfstools', 'btrfs-progs', 'e2fsprogs'],
  ...['cryptsetup-bin', 'grub-common', 'grub-pc-bin', 'grub-efi-amd64-bin', 'gcc-14', 'libc6-dev'],
  ...[
    'binutils',
    'bzip2',
    'cpio',
    'zstd',
    'lz4',
    'xz-utils',
    'kmod',
    'rsync',
    'qemu-utils',
    'patchelf',
    'xorriso',
  ],
  // For Secure Boot.
  ...['osslsigncode', 'shim-unsigned', 'ovmf'],
  // For the disk with SELinux; its policy is fetched by toolbox-hook.sh.
  ...['policycoreutils', 'selinux-utils', 'semodule-utils'],
  // For the update agent.
  ...['golang-go', 'golang-github-godbus-dbus-dev', 'golang-google-protobuf-dev'],
];
