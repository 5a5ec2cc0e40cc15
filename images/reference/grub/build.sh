#!/bin/sh
# Builds the slot chooser module for both GRUB platforms and, with it, the two boot images.
# Runs inside the toolbox: build.sh SOURCE OUT HASH_OFFSET [SBAT]; shim wants the last. Writes core.img, boot.img and bootx64.efi to OUT.
set -eu
source=$1 out=$2 sbat=${4:+--sbat=$4}
common="-ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables
 -DHASH_OFFSET=$3 -fno-builtin -fcf-protection=none -Os -nostdlib -std=gnu11 -Wall -Wextra -Werror -I$source"
modules="flatslot disk part_gpt fat btrfs normal configfile echo test serial terminal linux loopback
 regexp sleep reboot halt true memdisk tar search search_label minicmd ls cat"

module() { # PLATFORM CFLAGS...
  platform=$1; shift
  mkdir -p "$out/$platform"
  cp /usr/lib/grub/"$platform"/*.mod /usr/lib/grub/"$platform"/*.lst /usr/lib/grub/"$platform"/*.img \
    "$out/$platform/" 2>/dev/null || :
  for unit in flatslot gpt; do
    gcc-14 $common "$@" -c "$source/$unit.c" -o "$out/$platform/$unit.o"
  done
  ld "$linker" -r -d -o "$out/$platform/flatslot.mod" "$out/$platform/flatslot.o" "$out/$platform/gpt.o"
  strip --strip-unneeded -K grub_mod_init -K grub_mod_fini -R .note.GNU-stack -R .comment \
    -R .note.gnu.property "$out/$platform/flatslot.mod"
  echo 'flatslot: disk' >> "$out/$platform/moddep.lst"
}

image() { # PLATFORM FILE EXTRA_MODULES [OPTION]
  grub-mkimage ${4:-} -d "$out/$1" -O "$1" -o "$out/$2" -c "$source/early.cfg" -m "$out/memdisk.tar" \
    -p '(,gpt1)/flatcar/grub' $modules $3
}

mkdir -p "$out/memdisk/grub"
cp "$source/grub.cfg" "$out/memdisk/grub/grub.cfg"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$out/memdisk" -cf "$out/memdisk.tar" grub
linker=-melf_i386
module i386-pc -m32 -march=i386 -mrtd -mregparm=3
linker=-melf_x86_64
module x86_64-efi -m64 -mno-red-zone -mcmodel=large -mno-sse -mno-mmx
image i386-pc core.img biosdisk
image x86_64-efi bootx64.efi efi_gop $sbat
cp /usr/lib/grub/i386-pc/boot.img "$out/boot.img"
