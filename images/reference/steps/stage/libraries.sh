# Shared libraries: who lacks which, and where they are found.

# systemd loads libbpf to ask for a feature that this kernel command line leaves out, which takes more
# than a second, twice a boot. The programs that link it find it in a place of its own.
hide_libbpf() {
  library=$(ls $usr/lib/x86_64-linux-gnu/libbpf.so.1)
  private=/usr/lib/switchyard/libbpf.so.1
  find $usr/bin $usr/sbin -type f -perm -100 -exec grep -lF libbpf.so.1 {} + | while read -r program; do
    patchelf --print-needed "$program" 2>/dev/null | grep -qx libbpf.so.1 || continue
    patchelf --replace-needed libbpf.so.1 $private "$program"
  done
  cp -L "$library" "/stage$private"
  rm $usr/lib/x86_64-linux-gnu/libbpf.so.*
}

# What each file on stdin names as needed, by its path below DIRECTORY. Of one file alone readelf tells no name.
needed() { # DIRECTORY
  { xargs -r readelf -d /dev/null || :; } 2>/dev/null |
    awk -v above="$1/" '
      sub(/^File: /, "") { file = substr($0, length(above) + 1) }
      /\(NEEDED\)/ { library = $NF; gsub(/^\[|\]$/, "", library); sub(/.*\//, "", library); print file, library }'
}

# What programs and the libraries beside them need and is nowhere in the trees. Plug-ins are tried on
# demand by programs that cope, so they don't count.
lacking() { # TREE TREE...; looks at the first, prints each of its files with the library that it lacks
  find "$@" -name '*.so*' -printf '%f\n' > /tmp/present
  {
    # Few trees have all of these.
    find "$1/bin" "$1/sbin" "$1/lib/systemd" "$1/lib/openssh" "$1/libexec" -type f -perm -100 || :
    find "$1/lib/x86_64-linux-gnu" -maxdepth 1 -name '*.so*' -type f || :
  } 2>/dev/null | needed "$1" | awk 'NR == FNR { present[$1]; next } !($2 in present)' /tmp/present -
}

# What an extension needs and the image itself does without.
lend_libraries() { # NAME
  folder=lib/x86_64-linux-gnu
  lacking "/stage/ext-$1/usr" $usr | awk '{ print $2 }' | sort -u | while read -r library; do
    mkdir -p "/stage/ext-$1/usr/$folder"
    cp -a "/os/usr/$folder/$library"* "/stage/ext-$1/usr/$folder/"
  done
}

# A dropped package must not leave a program behind that can't start.
check_libraries() {
  lacking $usr > /tmp/missing
  for name in $extensions; do lacking "/stage/ext-$name/usr" $usr; done >> /tmp/missing
  [ ! -s /tmp/missing ] || { cat /tmp/missing >&2; exit 1; }
}

index_libraries() {
  for name in lib lib64; do ln -sfn usr/$name /stage/$name; done
  ldconfig -X -r /stage -f /usr/share/flatcar/etc/ld.so.conf -C /usr/share/flatcar/etc/ld.so.cache
  rm /stage/lib /stage/lib64
}
