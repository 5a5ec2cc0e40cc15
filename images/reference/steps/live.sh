# Makes what boots without a disk: a kernel and one archive with /usr in it, as a server hands them out,
# and a compact disc of both. Sourced by image.sh.

make_live_usr() {
  cp -r /source/live/usr/. $work/usr/
  chmod 755 $work/usr/lib/systemd/system-generators/*
  while read -r path; do rm "$work/usr/$path"; done < /source/live/remove.txt
  mkfs.erofs --quiet -T "$SOURCE_DATE_EPOCH" -U "$(uuid live-usr)" $EXT_OPTIONS $work/usr.erofs $work/usr
}

# A second archive behind that of a slot's initrd: what it has comes in place of the first one's.
make_live_archive() {
  tree=$work/live
  units=$tree/usr/lib/systemd
  mkdir -p $tree/early/modules $units/system $units/system-generators
  find $work/usr/lib/modules -name loop.ko -exec cp {} $tree/early/modules/ \;
  cp $work/usr.erofs $tree/usr.erofs
  cp /source/live/initrd/sysroot.mount $units/system/
  install -m 755 /source/live/initrd/root-generator $units/system-generators/live-root-generator
  install -m 755 /source/live/initrd/init $tree/init
  find $tree -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  sh /source/steps/initrd.sh $work/usr $work/initrd.img 0
  truncate -s %4 $work/initrd.img
  (cd $tree && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 --reproducible) |
    cat $work/initrd.img - > /out/pxe_image.cpio
  cp $kernel /out/pxe.vmlinuz
}

make_disc() {
  disc=$work/disc
  mkdir -p $disc/flatcar $disc/boot/grub
  sed "s#@KERNEL_ARGS@#$KERNEL_ARGS#" /source/live/disc.cfg > $disc/boot/grub/grub.cfg
  grub-mkimage -O i386-pc-eltorito -p /boot/grub -o $disc/boot/loader.img \
    biosdisk iso9660 normal configfile linux
  cp /out/pxe.vmlinuz $disc/flatcar/vmlinuz
  cp /out/pxe_image.cpio $disc/flatcar/cpio
  find $disc -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
  xorriso -as mkisofs -quiet -r -V SWITCHYARD -b boot/loader.img -c boot/catalogue -no-emul-boot \
    -boot-load-size 4 -boot-info-table -o /out/live.iso $disc
}

finish_live() {
  make_live_usr
  make_live_archive
  make_disc
  exit 0
}
