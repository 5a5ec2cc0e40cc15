#!/bin/sh
# Turns the package tree into the image's own trees: usr (the immutable part, with the /etc defaults
# inside) and ext-NAME for each runtime that ships as a sysext. Runs in the toolbox with the tree at
# /os, the update agent at /agent and this folder at /source.
set -eu
export LC_ALL=C
. /settings/settings.sh
export SOURCE_DATE_EPOCH
. /source/steps/common.sh
usr=/stage/usr
etc=$usr/share/flatcar/etc

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

stage_kernel() {
  mkdir -p /tmp/kernel /stage/boot
  dpkg-deb -x /os/.debs/linux-image-[0-9]*.deb /tmp/kernel
  cp /tmp/kernel/boot/vmlinuz-* /stage/boot/vmlinuz
  version=$(ls /tmp/kernel/usr/lib/modules)
  mkdir -p $usr/lib/modules
  cp -a "/tmp/kernel/usr/lib/modules/$version" $usr/lib/modules/
  find $usr/lib/modules -name '*.ko.xz' -print0 | xargs -0 -P 2 -n 32 unxz
  mkdir -p $usr/boot
  cp /tmp/kernel/boot/config-* $usr/boot/config
  depmod -b /stage "$version" 2>/dev/null || depmod -b /stage/usr "$version"
  rm -f $usr/lib/modules/*/modules.*.bin.tmp
  rm -rf /tmp/kernel
}

# A kernel of another flavour, with as modules what the first one has as modules or built in (ext4), 9p, which
# that one lacks, and what these need, softly too: libcrc32c looks its checksum up by name.
stage_other_kernel() {
  mkdir -p /tmp/kernel /stage/other/lib/modules
  dpkg-deb -x /os/.debs/other/linux-image-*.deb /tmp/kernel
  cp /tmp/kernel/boot/vmlinuz-* /stage/other/vmlinuz
  cp /tmp/kernel/boot/config-* /stage/other/config
  version=$(ls /tmp/kernel/usr/lib/modules)
  depmod -b /tmp/kernel/usr "$version"
  {
    printf '%s\n' modules.builtin modules.builtin.modinfo modules.order
    # Those that this flavour lacks, or has built in, are no error.
    { find $usr/lib/modules -name '*.ko'; cat $usr/lib/modules/*/modules.builtin; printf '%s\n' 9p 9pnet_virtio; } |
      sed 's#.*/##; s/\.ko$//' |
      xargs modprobe --dirname /tmp/kernel/usr --set-version "$version" --show-depends --all 2>/dev/null |
      sed -n "s#^insmod /tmp/kernel/usr/lib/modules/$version/\([^ ]*\).*#\1#p" | sort -u
  } > /tmp/modules
  rsync -a --files-from=/tmp/modules --ignore-missing-args "/tmp/kernel/usr/lib/modules/$version/" \
    "/stage/other/lib/modules/$version/"
  find /stage/other/lib/modules -name '*.ko.xz' -print0 | xargs -0 -P 2 -n 32 unxz
  depmod -b /stage/other "$version"
  rm -rf /tmp/kernel
}

stage_ignition() {
  mkdir -p /tmp/ignition
  dpkg-deb -x /os/.debs/ignition_*.deb /tmp/ignition
  install -D -m 755 /tmp/ignition/usr/lib/dracut/modules.d/30ignition/ignition $usr/lib/ignition/ignition
  install -m 755 /tmp/ignition/usr/bin/ignition-validate $usr/bin/
  rm -rf /tmp/ignition
}

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

stage_etc() {
  mkdir -p $etc
  rsync -a --exclude-from=/source/steps/unwanted-etc.txt /os/.etc-base/ $etc/
  sed -i 's#/usr/sbin/nologin#/sbin/nologin#; s#:/bin/false$#:/sbin/nologin#' $etc/passwd
  sed -i -E 's/^([^:]+:[^:]*):[0-9]+:/\1:20000:/' $etc/shadow
  sed -i -E 's/^root:[^:]*:/root:*:/' $etc/shadow
  find $etc -lname '/etc/alternatives/*' -delete
}

# Debian's places for the locale and the keyboard, which nobody fills here.
drop_debian_places() {
  sed -i '\#/etc/default/locale\|/etc/vconsole.conf#d' $usr/lib/tmpfiles.d/debian.conf
  sed -i '\#envfile=/etc/default/locale#d' $etc/pam.d/*
}

# systemd reads its files a character and a terminal check per line at a time; half of the lines are
# licence headers and pointers to manual pages that are not here. Under emulation that is seconds.
strip_comments() {
  find $usr/lib/systemd/system $usr/lib/systemd/user $usr/lib/udev/rules.d $usr/lib/tmpfiles.d \
    $usr/lib/sysusers.d $usr/lib/sysctl.d -type f -exec sed -i -e '/^[[:space:]]*[#;]/d' \
    -e '/^[[:space:]]*$/d' -e '/^Documentation=/d' {} +
  find /stage/initrd-units -type f -exec sed -i -e '/^[[:space:]]*[#;]/d' -e '/^[[:space:]]*$/d' \
    -e '/^Documentation=/d' {} +
}

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

# Name resolution and time may come up beside the rest of the system instead of before it.
relax_order() {
  sed -i 's/^Before=sysinit.target /Before=/; s/ sysinit.target / /; /^Before=sysinit.target$/d' \
    $usr/lib/systemd/system/systemd-resolved.service $usr/lib/systemd/system/systemd-timesyncd.service
}

# A helper unit for each module costs a process start; those modules are built in or loaded by udev.
strip_module_units() {
  grep -rl 'modprobe@' $usr/lib/systemd/system | while read -r unit; do
    case $unit in */modprobe@.service) ;; *) sed -i 's/modprobe@[a-z0-9_\\]*\.service//g' "$unit" ;; esac
  done
}

add_accounts() {
  echo 'core:x:500:500:Switchyard Admin:/home/core:/bin/bash' >> $etc/passwd
  echo 'core:*:20000:0:99999:7:::' >> $etc/shadow
  for group in 'core:500:' 'wheel:10:core' 'docker:233:core' 'portage:250:core'; do
    name=${group%%:*} rest=${group#*:}
    sed -i "/^$name:/d; /:x:${rest%%:*}:/d" $etc/group
    echo "$name:x:$rest" >> $etc/group
    echo "$name:!::${rest#*:}" >> $etc/gshadow
  done
  sed -i 's/^systemd-journal:x:\([0-9]*\):.*/systemd-journal:x:\1:core/' $etc/group
  sed -i 's/^systemd-journal:\([^:]*\):.*/systemd-journal:\1::core/' $etc/gshadow
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

# Units that only the initrd runs leave /usr for a folder of their own.
strip_units() {
  mkdir -p /stage/initrd-units
  while read -r unit; do cp -P "$usr/lib/systemd/system/$unit" /stage/initrd-units/; done \
    < /source/initrd/upstream-units.txt
  while read -r path; do
    case $path in ''|'#'*) continue ;; esac
    rm -rf /stage/usr/$path
  done < /source/steps/remove.txt
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

# What the packages may be used under, one object per package.
stage_licences() {
  mkdir -p $usr/share/licenses
  grep -vxE "$dropped" /os/.stages/base | while read -r package; do
    version=$(sed -n "s/^$package\t//p" /os/.debs/packages | head -n 1)
    sed -n 's/^License: *//p' "/os/usr/share/doc/$package/copyright" 2>/dev/null | LC_ALL=C sort -u |
      awk -v package="$package" -v version="$version" -f /source/steps/licences.awk
  done | sed '1s/^/[/; 1!s/^/,/; $s/$/]/' | bzip2 -9 > $usr/share/licenses/licenses.json.bz2
}

# The real cgpt steps aside for the wrapper of the same name.
keep_cgpt() {
  mkdir -p $usr/lib/switchyard
  mv "$(ls $usr/bin/cgpt $usr/sbin/cgpt 2>/dev/null | head -n 1)" $usr/lib/switchyard/cgpt
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

stage_usr
runtimes='containerd docker'
offered='podman servers etcd sssd cluster'
extensions="$runtimes $offered"
for name in $extensions; do stage_extension "$name"; done
stage_time_server
stage_kernel
stage_other_kernel
stage_ignition
flatten_alternatives
keep_cgpt
drop_foreign_scripts
stage_licences
# It would keep debuggers out, which nobody asked for; the group is Debian's.
chmod g-s $usr/bin/ssh-agent
stage_etc
drop_debian_places
strip_units
overlay_root
hide_libbpf
strip_module_units
relax_order
strip_comments
add_accounts
install_links
index_libraries
for name in $offered; do lend_libraries "$name"; done
check_libraries
cp /agent/update-agent $usr/lib/switchyard/
for name in $runtimes; do make_extension /stage/ext-$name /stage/$name-flatcar.raw $name-flatcar; done
for name in $offered; do make_extension /stage/ext-$name /stage/flatcar-$name.raw flatcar-$name; done
rm -rf /stage/ext-*
sh /source/steps/oci.sh /os /stage/nginx-oci.tar
cp $usr/bin/busybox /stage/busybox
