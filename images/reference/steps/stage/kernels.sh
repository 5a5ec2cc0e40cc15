# The kernel with its modules, and another for the release that changes it.

stage_kernel() {
  mkdir -p /tmp/kernel /stage/boot
  dpkg-deb -x /os/.debs/linux-image-[0-9]*.deb /tmp/kernel
  cp /tmp/kernel/boot/vmlinuz-* /stage/boot/vmlinuz
  version=$(ls /tmp/kernel/usr/lib/modules)
  mkdir -p $usr/lib/modules
  cp -a "/tmp/kernel/usr/lib/modules/$version" $usr/lib/modules/
  find $usr/lib/modules -name '*.ko.xz' -print0 | xargs -0 -P 2 -n 32 unxz
  mkdir -p $usr/boot
  cp /tmp/kernel/boot/config-* $usr/boot/config
  depmod -b /stage "$version" 2>/dev/null || depmod -b /stage/usr "$version"
  rm -f $usr/lib/modules/*/modules.*.bin.tmp
  rm -rf /tmp/kernel
}

# A kernel of another flavour, with as modules what the first one has as modules or built in (ext4), 9p, which
# that one lacks, and what these need, softly too: libcrc32c looks its checksum up by name.
stage_other_kernel() {
  mkdir -p /tmp/kernel /stage/other/lib/modules
  dpkg-deb -x /os/.debs/other/linux-image-*.deb /tmp/kernel
  cp /tmp/kernel/boot/vmlinuz-* /stage/other/vmlinuz
  cp /tmp/kernel/boot/config-* /stage/other/config
  version=$(ls /tmp/kernel/usr/lib/modules)
  depmod -b /tmp/kernel/usr "$version"
  {
    printf '%s\n' modules.builtin modules.builtin.modinfo modules.order
    # Those that this flavour lacks, or has built in, are no error.
    { find $usr/lib/modules -name '*.ko'; cat $usr/lib/modules/*/modules.builtin; printf '%s\n' 9p 9pnet_virtio; } |
      sed 's#.*/##; s/\.ko$//' |
      xargs modprobe --dirname /tmp/kernel/usr --set-version "$version" --show-depends --all 2>/dev/null |
      sed -n "s#^insmod /tmp/kernel/usr/lib/modules/$version/\([^ ]*\).*#\1#p" | sort -u
  } > /tmp/modules
  rsync -a --files-from=/tmp/modules --ignore-missing-args "/tmp/kernel/usr/lib/modules/$version/" \
    "/stage/other/lib/modules/$version/"
  find /stage/other/lib/modules -name '*.ko.xz' -print0 | xargs -0 -P 2 -n 32 unxz
  depmod -b /stage/other "$version"
  rm -rf /tmp/kernel
}
