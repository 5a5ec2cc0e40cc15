#!/bin/sh
# Makes the disk, one slot's contents, or what boots without a disk, out of the staged tree. Runs in the toolbox: /stage (read-only input), /source,
# /settings (values chosen by the builder), /out for the result and /work for work.
set -eu
export LC_ALL=C
. /settings/settings.sh
export SOURCE_DATE_EPOCH
work=/work/image
. /source/steps/common.sh
. /source/steps/variant.sh
. /source/steps/live.sh
. /source/steps/secure.sh
. /source/steps/selinux.sh
kernel=/stage/boot/vmlinuz
sector=512
hash_at=64 sbat=
[ "$OUTPUT" != secure ] || use_signed_layout
[ "$OUTPUT" != selinux ] || use_selinux

write_identity() {
  target=$work/usr/share/flatcar
  cat /settings/os-release > "$work/usr/lib/os-release"
  printf 'FLATCAR_RELEASE_VERSION=%s\nFLATCAR_RELEASE_BOARD=amd64-usr\nFLATCAR_RELEASE_APPID={e96281a6-d1af-4bde-9a0a-97b76e56dc57}\n' "$VERSION" > "$target/release"
  printf 'SERVER=disabled\nGROUP=%s\n' "$CHANNEL" > "$target/update.conf"
}

make_grub() {
  mkdir -p $work/grub-source
  cp /source/grub/* $work/grub-source/
  sed -i "s#@KERNEL_ARGS@#$KERNEL_ARGS#" $work/grub-source/grub.cfg
  for word in $KERNEL_ARGS_REMOVE; do sed -i "/^ *linux /s# $word # #" $work/grub-source/grub.cfg; done
  sh /source/grub/build.sh $work/grub-source $work/grub $hash_at $sbat
}

copy_usr() {
  cp -a /stage/usr $work/usr
  mkdir -p $work/usr/share/flatcar/sysext
  cp /stage/containerd-flatcar.raw /stage/docker-flatcar.raw $work/usr/share/flatcar/sysext/
  [ "$OUTPUT" != disk ] || cp /stage/flatcar-*.raw /stage/nginx-oci.tar /stage/busybox /out/
  [ "$KERNEL" = standard ] || use_kernel "/stage/$KERNEL"
  apply_variant $work/usr
  [ -z "$AGENT_CHANGED" ] || sh /source/steps/agent.sh $work/usr/lib/switchyard/update-agent changed
}

use_kernel() { # TREE
  kernel=$1/vmlinuz
  rm -rf $work/usr/lib/modules
  cp -a "$1/lib/modules" $work/usr/lib/modules
  cp "$1/config" $work/usr/boot/config
}

make_usr() {
  mkfs.erofs --quiet -T "$SOURCE_DATE_EPOCH" -U "$(uuid usr)" $USR_OPTIONS $work/usr.img $work/usr
  size=$(stat -c %s $work/usr.img)
  if [ "$DATA_BLOCKS" = auto ]; then blocks=$(( (size + 4095) / 4096 )); else blocks=$DATA_BLOCKS; fi
  [ "$size" -le $((blocks * 4096)) ] || { echo "/usr is larger than its verity area" >&2; exit 1; }
  hash_offset=$((blocks * 4096))
  truncate -s $hash_offset $work/usr.img
  veritysetup format --data-block-size=4096 --hash-block-size=4096 --data-blocks=$blocks \
    --hash-offset=$hash_offset --salt="$(printf %s "$SEED/salt" | sha256sum | cut -c1-64)" \
    --uuid="$(uuid verity)" --root-hash-file=$work/usrhash $work/usr.img $work/usr.img > /dev/null
  hash=$(cat $work/usrhash)
  corrupt_usr $work/usr.img
}

put32() { # FILE OFFSET VALUE, little-endian
  printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $(($3 & 255)) $(($3 >> 8 & 255)) $(($3 >> 16 & 255)) $(($3 >> 24 & 255)))" |
    dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# One file per slot, as Flatcar's: kernel, then the initrd on a sector boundary. The root hash is at offset
# 64, then come the marker and the initrd's sectors for the boot loader's module.
make_kernel() {
  cp $kernel $work/vmlinuz
  [ "$OUTPUT" != secure ] || strip_signature $work/vmlinuz
  truncate -s %$sector $work/vmlinuz
  start=$(($(stat -c %s $work/vmlinuz) / sector))
  cat $work/initrd.img >> $work/vmlinuz
  truncate -s %$sector $work/vmlinuz
  count=$(($(stat -c %s $work/vmlinuz) / sector - start))
  printf %s "$hash" | dd of=$work/vmlinuz bs=1 seek=$hash_at conv=notrunc status=none
  printf SYINITRD | dd of=$work/vmlinuz bs=1 seek=$((hash_at + 64)) conv=notrunc status=none
  put32 $work/vmlinuz $((hash_at + 72)) $start
  put32 $work/vmlinuz $((hash_at + 76)) $count
  [ "$OUTPUT" != secure ] || sign $work/vmlinuz
}

make_esp() {
  mkdir -p $work/esp/flatcar $work/esp/EFI/boot
  cp $work/vmlinuz $work/esp/flatcar/vmlinuz-a
  : > $work/esp/flatcar/first_boot
  cp $work/grub/bootx64.efi $work/esp/EFI/boot/bootx64.efi
  [ "$OUTPUT" != secure ] || sign_loaders $work/esp/EFI/boot
  for path in $ESP_REMOVE; do rm -f "$work/esp/$path"; done
  find $work/esp -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
  truncate -s 1G $work/esp.img
  mkfs.vfat --invariant -F 32 -i "$(uuid esp | cut -c1-8)" -n EFI-SYSTEM $work/esp.img > /dev/null
  mcopy -s -m -i $work/esp.img $work/esp/EFI $work/esp/flatcar ::
}

make_oem() {
  mkdir -p $work/oem
  printf 'set oem_id="qemu"\nset linux_append="flatcar.autologin"\n' > $work/oem/grub.cfg
  find $work/oem -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
  truncate -s 1G $work/oem.img
  gcc-14 -O2 -shared -fPIC -o $work/reproducible.so /source/steps/reproducible.c
  export SOURCE_DATE_EPOCH UUID_SEED="$SEED"
  LD_PRELOAD=$work/reproducible.so mkfs.btrfs -q -L OEM -U "$(uuid oem)" \
    --device-uuid "$(uuid oem-device)" -m single -d single -r $work/oem $work/oem.img > /dev/null
}

make_root() {
  mkdir -p $work/root
  (cd $work/root && mkdir -p boot dev etc home media mnt oem opt proc root run srv sys tmp usr var)
  find $work/root -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
  truncate -s $((12943360 * 512)) $work/root.img
  mkfs.ext4 -q -F -b 4096 -L ROOT -U "$(uuid root)" -d $work/root \
    -E "hash_seed=$(uuid root-hash),assume_storage_prezeroed=1,nodiscard" $work/root.img
}

# The table's rows come from the builder: NUMBER NAME START SECTORS TYPE UUID ATTRIBUTES.
partition_disk() {
  arguments=
  while read -r number name start sectors type guid attributes; do
    arguments="$arguments -n $number:$start:$((start + sectors - 1)) -c $number:$name -t $number:$type -u $number:$guid"
    [ "$attributes" = - ] || arguments="$arguments $(attribute_bits "$number" "$attributes")"
  done < /settings/partitions
  truncate -s "$DISK_BYTES" $work/disk.img
  sgdisk -a 1 -o -U 00000000-0000-0000-0000-000000000001 $arguments $work/disk.img > /dev/null
}

attribute_bits() { # NUMBER BITS, comma separated
  for bit in $(echo "$2" | tr , ' '); do printf ' -A %s:set:%s' "$1" "$bit"; done
}

start_of() { awk -v name="$1" '$2 == name { print $3 }' /settings/partitions; }

place() { # FILE PARTITION
  $work/place "$1" $work/disk.img $(($(start_of "$2") * sector))
}

put16() { printf "$(printf '\\%03o\\%03o' $(($3 & 255)) $(($3 >> 8 & 255)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }

# What grub-bios-setup does, without a loop device: the MBR code is told where core.img begins (0x5c),
# and core.img's first sector where the rest of it follows (the last block list entry, at 500).
place_grub() {
  core=$(start_of BIOS-BOOT)
  cp $work/grub/boot.img $work/boot.img
  put32 $work/boot.img 92 "$core"
  put16 $work/boot.img 102 37008
  dd if=$work/boot.img of=$work/disk.img bs=440 count=1 conv=notrunc status=none
  cp $work/grub/core.img $work/core.img
  put32 $work/core.img 500 $((core + 1))
  place $work/core.img BIOS-BOOT
}

make_disk() {
  gcc-14 -O2 -o $work/place /source/steps/place.c
  partition_disk
  place $work/esp.img EFI-SYSTEM
  place $work/usr.img USR-A
  place $work/oem.img OEM
  place $work/root.img ROOT
  place_grub
}

# What an update writes into a slot; nothing else is needed of it.
finish_slot() {
  mv $work/usr.img $work/vmlinuz /out/
  echo "$hash" > /out/usrhash
  (cd $work/usr && find . -type f -exec sha256sum {} + | LC_ALL=C sort -k 2) > /out/files
  exit 0
}

mkdir -p $work
copy_usr
write_identity
[ "$OUTPUT" != live ] || finish_live
[ "$OUTPUT" != selinux ] || add_policy
make_usr
SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH sh /source/steps/initrd.sh $work/usr $work/initrd.img $hash_offset
[ "$OUTPUT" != selinux ] || add_labels_to_initrd
make_kernel
[ "$OUTPUT" != slot ] || finish_slot
make_grub
make_esp
make_oem
make_root
make_disk
[ "$OUTPUT" != secure ] || finish_secure
[ "$OUTPUT" != selinux ] || finish_selinux
qemu-img convert -f raw -O qcow2 $QCOW_OPTIONS $work/disk.img /out/disk.qcow2
echo "$hash $blocks" > /out/verity
