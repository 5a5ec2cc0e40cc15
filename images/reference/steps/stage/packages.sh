# What of the packages goes into the image's trees: into its own, and into those of the extensions.

# Packages whose files have no place in an image without package manager and scripting languages.
dropped='adduser|apt|debconf|debian-archive-keyring|dpkg|gcc-14-base|init-system-helpers|libapt-pkg.*|
libdebconfclient0|libdb5.3.*|libpython3.*|perl.*|libperl5.*|python3.*|media-types|sqv|gpgv|ucf|
e2fsprogs-l10n|sysvinit-utils|netbase-doc|libsemanage-common|man-db|groff-base|runit-helper|sgml-base'
dropped=$(printf %s "$dropped" | tr -d '\n')

files_of() { # PACKAGE... on stdin; prints the paths below /usr that their packages own
  while read -r package; do
    cat /os/var/lib/dpkg/info/"$package".list /os/var/lib/dpkg/info/"$package":amd64.list 2>/dev/null || :
  done | sed -n 's#^/\(lib\|lib64\|bin\|sbin\)/#/usr/\1/#; s#^/usr/##p' | sort -u
}

only_files() { while read -r path; do [ -d "/os/usr/$path" ] && [ ! -L "/os/usr/$path" ] || echo "$path"; done; }

stage_usr() {
  comm -23 /os/.stages/all /os/.stages/base > /tmp/later
  grep -xE "$dropped" /os/.stages/base > /tmp/dropped || :
  cat /tmp/later /tmp/dropped | files_of | only_files > /tmp/not
  sort -u /tmp/dropped -o /tmp/dropped
  comm -23 /os/.stages/base /tmp/dropped | files_of | only_files > /tmp/kept
  comm -23 /tmp/not /tmp/kept | sed 's#^#/#' > /tmp/exclude
  mkdir -p $usr
  rsync -aH --exclude-from=/tmp/exclude --exclude-from=/source/steps/unwanted.txt /os/usr/ $usr/
  find $usr -depth -type d -empty -delete
}

# The packages of a runtime come after those of a stage before it; what is offered has its own list.
packages_of() {
  case $1 in
    containerd) comm -13 /os/.stages/base /os/.stages/containerd ;;
    docker) comm -13 /os/.stages/containerd /os/.stages/docker ;;
    *) grep -vxE "$dropped" "/os/.stages/$1" ;;
  esac
}

stage_extension() { # NAME
  dest=/stage/ext-$1
  packages_of "$1" | tee "/stage/packages-$1" | files_of | only_files |
    grep -vE '^share/(doc|man|lintian|bug|bash-completion|zsh|fish|locale|perl5|initramfs-tools)|^lib/(udev|python3)' > /tmp/files || :
  mkdir -p "$dest/usr"
  rsync -a --files-from=/tmp/files --ignore-missing-args /os/usr/ "$dest/usr/"
}

stage_time_server() {
  mkdir -p /tmp/chrony
  dpkg-deb -x /os/.debs/chrony_*.deb /tmp/chrony
  install -D -m 755 -t /stage/ext-servers/usr/sbin /tmp/chrony/usr/sbin/chronyd
  install -D -m 755 -t /stage/ext-servers/usr/bin /tmp/chrony/usr/bin/chronyc
  rm -rf /tmp/chrony
}

stage_ignition() {
  mkdir -p /tmp/ignition
  dpkg-deb -x /os/.debs/ignition_*.deb /tmp/ignition
  install -D -m 755 /tmp/ignition/usr/lib/dracut/modules.d/30ignition/ignition $usr/lib/ignition/ignition
  install -m 755 /tmp/ignition/usr/bin/ignition-validate $usr/bin/
  rm -rf /tmp/ignition
}

# What the packages may be used under, one object per package.
stage_licences() {
  mkdir -p $usr/share/licenses
  grep -vxE "$dropped" /os/.stages/base | while read -r package; do
    version=$(sed -n "s/^$package\t//p" /os/.debs/packages | head -n 1)
    sed -n 's/^License: *//p' "/os/usr/share/doc/$package/copyright" 2>/dev/null | LC_ALL=C sort -u |
      awk -v package="$package" -v version="$version" -f /source/steps/licences.awk
  done | sed '1s/^/[/; 1!s/^/,/; $s/$/]/' | bzip2 -9 > $usr/share/licenses/licenses.json.bz2
}
