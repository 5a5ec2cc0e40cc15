# Signs what Secure Boot verifies: shim, GRUB and kernel file, as Flatcar's images have it. The key is the one
# of Debian's firmware for tests, which everybody has. Sourced by image.sh.
key=/usr/share/ovmf/PkKek-1-snakeoil

# UEFI starts a kernel by the header of its program, which since Linux 6.7 is where Flatcar, whose kernel has
# it elsewhere, keeps the root hash: here that is in the gap behind the header. The others start without it.
use_signed_layout() {
  hash_at=408
  sbat=/source/secure/sbat.csv
}

# A kernel file has its initrd behind it, so Debian's own signature can't stay.
strip_signature() { # FILE
  osslsigncode remove-signature -in "$1" -out "$1.bare" > /dev/null
  mv "$1.bare" "$1"
}

sign() { # FILE
  osslsigncode sign -h sha256 -time "$SOURCE_DATE_EPOCH" -certs $key.pem -key $key.key -pass snakeoil \
    -in "$1" -out "$1.signed" > /dev/null
  mv "$1.signed" "$1"
}

# shim asks the firmware's keys about GRUB, and GRUB asks shim about the kernel.
sign_loaders() { # DIRECTORY, of EFI/boot
  mv "$1/bootx64.efi" "$1/grubx64.efi"
  cp /usr/lib/shim/shimx64.efi "$1/bootx64.efi"
  sign "$1/bootx64.efi"
  sign "$1/grubx64.efi"
}

finish_secure() {
  qemu-img convert -f raw -O qcow2 $work/disk.img /out/secure.qcow2
  cp /usr/share/OVMF/OVMF_CODE_4M.secboot.fd /out/secure_code.fd
  cp /usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd /out/secure_vars.fd
  exit 0
}
