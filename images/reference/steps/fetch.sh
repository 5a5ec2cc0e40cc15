# Shared by the hooks of the package trees; sourced, with the tree in $root.

in_root() { command=$1; shift; chroot "$root" apt-get "$command" -q --no-install-recommends "$@"; }

version_of() { chroot "$root" apt-cache show --no-all-versions "$1" | sed -n 's/^Version: //p'; } # PACKAGE

# The file of a package as it would be installed; the archive may hold older ones.
fetch() { # PACKAGE DIRECTORY
  in_root install -y --download-only "$1"
  version=$(version_of "$1" | sed 's/:/%3a/')
  mkdir -p "$2"
  cp "$root/var/cache/apt/archives/$1_$version"_*.deb "$2/"
}
