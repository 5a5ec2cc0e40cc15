# Shared by the build steps; sourced, with the builder's settings already read.
umask 022

# A stable UUID for PURPOSE, derived from the seed.
uuid() { printf %s "$SEED/$1" | sha256sum | sed -E 's/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/\1-\2-4\3-8\4-\5/'; }

make_extension() { # TREE FILE NAME
  mkdir -p "$1/usr/lib/extension-release.d"
  printf 'ID=%s\nSYSEXT_LEVEL=1.0\nARCHITECTURE=x86-64\nEXTENSION_RELOAD_MANAGER=1\n' "$OS_ID" \
    > "$1/usr/lib/extension-release.d/extension-release.$3"
  cp -a "/source/sysext/$3/." "$1/" 2>/dev/null || :
  chmod -R u+rwX,go+rX,go-w "$1"
  mkfs.erofs --quiet -T "$SOURCE_DATE_EPOCH" --all-root -U "$(uuid "$3")" $EXT_OPTIONS "$2" "$1"
}
