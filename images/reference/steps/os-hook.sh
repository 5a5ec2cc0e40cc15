#!/bin/sh
# mmdebstrap customize hook of the OS tree: notes which packages are the base, installs the runtimes
# one after the other so that each one's own packages are known, then what is offered beside the image,
# each with all that it needs on top of the runtimes. Fetches without installing: packages whose install
# scripts want to make an initrd of their own, and a time server, which would take the client's place.
set -eu
root=$1
. "${0%/*}/fetch.sh"
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
for package in "$kernel" ignition chrony; do
  fetch "$package" "$root/.debs"
  printf '%s\t%s\n' "$package" "$(version_of "$package")" >> "$root/.debs/packages"
done
# What a release with another kernel has.
other=$(kernel_of linux-image-amd64)
fetch "$other" "$root/.debs/other"
chroot "$root" dpkg-query -W -f '${Package}\t${Version}\n' >> "$root/.debs/packages"
