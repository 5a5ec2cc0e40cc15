#!/bin/sh
# mmdebstrap customize hook of the OS tree: notes which packages are the base, installs the runtimes
# one after the other so that each one's own packages are known, and fetches (without installing) the
# packages whose install scripts want to make an initrd of their own.
set -eu
root=$1
list() { chroot "$root" dpkg-query -W -f '${Package}\n' | LC_ALL=C sort > "$root/.stages/$1"; }
add() { name=$1; shift; chroot "$root" apt-get install -y -q --no-install-recommends "$@"; list "$name"; }

cp -a "$root/etc" "$root/.etc-base"
mkdir -p "$root/.stages" "$root/.debs"
list base
add containerd containerd runc
add docker docker.io docker-cli
add podman podman crun netavark aardvark-dns passt uidmap fuse-overlayfs catatonit
add nginx nginx
kernel=$(chroot "$root" apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p')
chroot "$root" apt-get install -y -q --download-only --no-install-recommends "$kernel" ignition
for package in "$kernel" ignition; do
  file=$(chroot "$root" apt-cache show --no-all-versions "$package" | sed -n 's#^Filename: .*/##p' | head -n 1)
  cp "$root/var/cache/apt/archives/$file" "$root/.debs/"
  chroot "$root" apt-cache show --no-all-versions "$package" |
    sed -n '/^Package: /{s///;h};/^Version: /{s///;H;g;s/\n/\t/;p;q}' >> "$root/.debs/packages"
done
chroot "$root" dpkg-query -W -f '${Package}\t${Version}\n' >> "$root/.debs/packages"
