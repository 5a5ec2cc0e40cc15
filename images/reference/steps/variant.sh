# Applies a variant: what to remove from and add to /usr, as the builder wrote it into /settings.
# Sourced by image.sh.

apply_variant() { # USR
  while read -r path; do
    [ -z "$path" ] || rm -rf "${1:?}/$path"
  done < /settings/remove
  [ ! -d /settings/add ] || cp -rp /settings/add/. "$1/"
}

# Flips bytes of the verified data after the hash tree was made: the slot must not boot, or must die
# when the block is read.
corrupt_usr() { # IMAGE
  [ -n "$CORRUPT_OFFSET" ] || return 0
  printf 'corrupt!' | dd of="$1" bs=1 seek="$CORRUPT_OFFSET" conv=notrunc status=none
}
