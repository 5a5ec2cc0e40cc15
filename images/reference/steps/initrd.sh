#!/bin/sh
# Makes the initrd: a few programs that open the slot, and a farm of links into the slot's own /usr
# for everything after, so that nothing is stored twice and all of it is verified. Runs in the
# toolbox: initrd.sh USR OUT HASH_OFFSET.
set -eu
usr=$1 out=$2 hash_offset=$3
tree=/work/initrd
rm -rf $tree
early=$tree/early
first='sha256-ssse3 crc32c_generic libcrc32c virtio_blk dm-mod dm-bufio reed_solomon dm-verity netfs erofs'
later='scsi_common scsi_mod sd_mod virtio_scsi libata libahci ahci'

copy_modules() {
  mkdir -p $early/modules
  for module in $first $later; do
    find "$usr/lib/modules" -name "$module.ko" -exec cp {} $early/modules/ \;
  done
}

farm() { # DIRECTORY EXCEPT...: a real directory whose entries are links to the slot's
  directory=$1; shift
  mkdir -p "$tree/usr/$directory"
  for entry in "$usr/$directory"/*; do
    name=${entry##*/}
    case " $* " in *" $name "*) continue ;; esac
    ln -s "/sysusr/usr/$directory/$name" "$tree/usr/$directory/$name"
  done
}

mkdir -p $early $tree/dev $tree/proc $tree/sys $tree/run $tree/tmp $tree/var $tree/root \
  $tree/sysroot $tree/sysusr/usr $tree/etc $tree/usr/lib
gcc-14 -Os -static -s -Wall -Wextra -Werror -o $early/open-slot /source/initrd/open-slot.c
cp /source/initrd/hot.txt $early/hot
cp "$usr/bin/busybox" $early/busybox
copy_modules

for name in bin sbin lib64 share libexec; do ln -s "/sysusr/usr/$name" "$tree/usr/$name"; done
for name in bin sbin lib lib64; do ln -s "usr/$name" "$tree/$name"; done
farm lib switchyard systemd udev ignition
farm lib/systemd system system-generators user system-preset
farm lib/udev rules.d
mkdir -p $tree/usr/lib/systemd/system $tree/usr/lib/systemd/system-generators \
  $tree/usr/lib/udev/rules.d $tree/usr/lib/switchyard
ln -s /run/ignition-system $tree/usr/lib/ignition
cp -P /stage/initrd-units/* $tree/usr/lib/systemd/system/
while read -r rule; do
  ln -s "/sysusr/usr/lib/udev/rules.d/$rule" "$tree/usr/lib/udev/rules.d/$rule"
done < /source/initrd/udev-rules.txt
cp /source/initrd/udev/*.rules $tree/usr/lib/udev/rules.d/
cp /source/initrd/units/* /source/root/usr/lib/systemd/system/stream-journal.* \
  $tree/usr/lib/systemd/system/
for unit in systemd-journald.socket systemd-journald-dev-log.socket systemd-udevd-control.socket \
  systemd-udevd-kernel.socket; do
  mkdir -p $tree/usr/lib/systemd/system/sockets.target.wants
  ln -s ../$unit $tree/usr/lib/systemd/system/sockets.target.wants/$unit
done
mkdir -p $tree/usr/lib/systemd/system/sysinit.target.wants
for unit in systemd-journald.service systemd-udevd.service systemd-udev-trigger.service \
  stream-journal.path; do
  ln -s ../$unit $tree/usr/lib/systemd/system/sysinit.target.wants/$unit
done
ln -s initrd.target $tree/usr/lib/systemd/system/default.target
cp /source/initrd/scripts/* $tree/usr/lib/switchyard/
mv $tree/usr/lib/switchyard/generator $tree/usr/lib/systemd/system-generators/ignition-generator
chmod 755 $tree/usr/lib/switchyard/* $tree/usr/lib/systemd/system-generators/*
cp "$usr/lib/os-release" $tree/etc/initrd-release
ln -s initrd-release $tree/etc/os-release
cp "$usr/share/flatcar/etc/passwd" "$usr/share/flatcar/etc/group" $tree/etc/
printf 'passwd: files\ngroup: files\nhosts: files dns\n' > $tree/etc/nsswitch.conf
sed -e "s/@MODULES_FIRST@/$first/; s/@MODULES_LATER@/$later/; s/@HASH_OFFSET@/$hash_offset/" \
  /source/initrd/init > $tree/init
chmod 755 $tree/init
find $tree -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
(cd $tree && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 --reproducible) > "$out"
