#!/bin/sh
# mmdebstrap customize hook of the OS tree: notes which packages are the base, installs the runtimes
# one after the other so that each one's own packages are known, then what is offered beside the image,
# each with all that it needs on top of the runtimes. Fetches without installing: packages whose install
# scripts want to make an initrd of their own, and a time server, which would take the client's place.
set -eu
root=$1
in_root() { command=$1; shift; chroot "$root" apt-get "$command" -q --no-install-recommends "$@"; }
list() { chroot "$root" dpkg-query -W -f '${Package}\n' | LC_ALL=C sort; }
add() { name=$1; shift; in_root install -y "$@"; list > "$root/.stages/$name"; }
offer() { # NAME PACKAGE...
  name=$1; shift
  offered="${offered:-} $*"
  in_root install -s "$@" | sed -n 's/^Inst \([^ ]*\) .*/\1/p' | LC_ALL=C sort > "$root/.stages/$name"
}

cp -a "$root/etc" "$root/.etc-base"
mkdir -p "$root/.stages" "$root/.debs"
list > "$root/.stages/base"
add containerd containerd runc
add docker docker.io docker-cli
offer podman podman crun netavark aardvark-dns passt uidmap fuse-overlayfs catatonit
offer servers dnsmasq-base
offer etcd etcd-server etcd-client
offer sssd sssd-common sssd-proxy sssd-tools
offer nginx nginx
offer cluster keepalived nfs-kernel-server tgt systemd-journal-remote containernetworking-plugins \
  docker-registry prometheus-node-exporter
add all $offered
kernel_of() { chroot "$root" apt-cache depends "$1" | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p'; }
kernel=$(kernel_of linux-image-cloud-amd64)
in_root install -y --download-only "$kernel" ignition
in_root install -y --download-only chrony
for package in "$kernel" ignition chrony; do
  file=$(chroot "$root" apt-cache show --no-all-versions "$package" | sed -n 's#^Filename: .*/##p' | head -n 1)
  cp "$root/var/cache/apt/archives/$file" "$root/.debs/"
  chroot "$root" apt-cache show --no-all-versions "$package" |
    sed -n '/^Package: /{s///;h};/^Version: /{s///;H;g;s/\n/\t/;p;q}' >> "$root/.debs/packages"
done
# What a release with another kernel has.
other=$(kernel_of linux-image-amd64)
in_root install -y --download-only "$other"
mkdir -p "$root/.debs/other"
cp "$root"/var/cache/apt/archives/"$other"_*.deb "$root/.debs/other/"
chroot "$root" dpkg-query -W -f '${Package}\t${Version}\n' >> "$root/.debs/packages"
