# The image's own files; of Debian's, those that mean nothing here are mended or go.

# /etc/alternatives is a package manager's device: each link becomes what it stands for today.
flatten_alternatives() {
  find $usr -lname '/etc/alternatives/*' | while read -r link; do
    target=$(readlink "/os$(readlink "$link")") || target=
    case $target in
      /usr/*) if [ -e "/stage$target" ]; then ln -sfn "$target" "$link"; else rm "$link"; fi ;;
      *) rm "$link" ;;
    esac
  done
}

# The real cgpt steps aside for the wrapper of the same name.
keep_cgpt() {
  mkdir -p $usr/lib/switchyard
  mv "$(ls $usr/bin/cgpt $usr/sbin/cgpt 2>/dev/null | head -n 1)" $usr/lib/switchyard/cgpt
}

# A script in a language that is not here can't start. Few files have such a line anywhere.
drop_foreign_scripts() {
  { find $usr/bin $usr/sbin $usr/libexec $usr/lib/git-core -type f -exec grep -la '^#!' {} + || :; } 2>/dev/null |
    while read -r script; do
    interpreter=$(head -c 128 "$script" | tr -d '\0' | sed -n '1s/^#! *\(\/usr\/bin\/env *\)\{0,1\}\([^ ]*\).*/\2/p')
    case $interpreter in
      '') ;;
      /*) [ -e "/stage/usr/${interpreter#/usr}" ] || rm "$script" ;;
      *) [ -e "$usr/bin/$interpreter" ] || rm "$script" ;;
    esac
  done
}

# The image's own files win over the packages'. Modes are normalised: a checkout's umask must not
# show in the image.
overlay_root() {
  cp -rd /source/root/usr/. $usr/
  cp -rd /source/root/etc/. $etc/
  (cd /source/root/usr && find . -type d -exec chmod 755 "$usr/{}" \; -o -type f -exec chmod 644 "$usr/{}" \;)
  (cd /source/root/etc && find . -type d -exec chmod 755 "$etc/{}" \; -o -type f -exec chmod 644 "$etc/{}" \;)
  (cd /source/root/usr && find bin sbin lib/switchyard lib/systemd/system-generators -type f 2>/dev/null) |
    while read -r path; do chmod 755 "$usr/$path"; done
  chmod 755 $usr/postinst
  find $usr $etc -name .keep -delete
  chmod 440 $etc/sudoers
  chown -Rh 0:0 $usr/lib/switchyard
  rm -rf $usr/lib/systemd/system/*.wants/.keep
}

install_links() {
  while read -r path target; do
    case $path in ''|'#'*) continue ;; esac
    mkdir -p "$(dirname "/stage/$path")"
    ln -sfn "$target" "/stage/$path"
  done < /source/steps/links.txt
}
