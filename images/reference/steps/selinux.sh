# Makes the disk with SELinux and 9p: Debian's other kernel, Debian's policy with a small module of the image's
# own, and labels for everything in /usr. Sourced by image.sh.
policy=$work/policy
contexts=$policy/etc/selinux/default/contexts/files/file_contexts

# The modules that `lsm=` names are all there are; with it the kernel ignores `security=`.
use_selinux() {
  KERNEL=other
  KERNEL_ARGS=$(echo "$KERNEL_ARGS" | sed 's/lsm=[^ ]*/&,selinux/')
  USR_OPTIONS="$USR_OPTIONS --file-contexts=$contexts --mount-point=/usr"
}

# As the package's install script does it on a machine whose kind it can't tell.
install_policy() {
  package=$(ls /.debs/selinux-policy-default_*.deb)
  modules=$policy/usr/share/selinux/default
  dpkg-deb -x "$package" $policy
  install=$(sed "s#.*#-i $modules/&.pp.bz2#" $modules/.modules)
  disable=$(dpkg-deb -I "$package" postinst | sed -n '/^notdefault="/{s///;s/"//;s/[^ ][^ ]*/-d&/g;p}')
  mkdir -p $policy/var/lib/selinux
  semodule -p $policy -n -s default -X 100 $install $disable
  rm $policy/etc/selinux/default/policy/*
}

# The kernel reads versions up to 33.
make_policy() {
  mkdir -p $policy/etc/selinux
  cp /etc/selinux/semanage.conf $policy/etc/selinux/
  install_policy
  echo 'policy-version = 33' >> $policy/etc/selinux/semanage.conf
  # The defaults of /etc are labelled as what they are the defaults of.
  echo '/usr/share/flatcar/etc /etc' >> $contexts.subs_dist
  # Here tmpfiles.d fills /var, and lays links in /etc.
  echo 'systemd_tmpfiles_manage_all=1' >> $policy/var/lib/selinux/default/active/booleans.local
  semodule -p $policy -n -s default -i /source/selinux/local.cil
}

add_policy() {
  make_policy
  target=$work/usr/share/flatcar/etc/selinux
  rm -r "$target"
  mkdir "$target"
  cp -r $policy/etc/selinux/default "$target/"
  cp /source/selinux/config "$target/"
  chmod -R u=rwX,go=rX "$target"
  for name in containerd docker; do label_extension $name; done
}

label_extension() { # NAME
  tree=$work/extension-$1
  image=$work/usr/share/flatcar/sysext/$1-flatcar.raw
  fsck.erofs --extract="$tree" "$image" > /dev/null
  [ ! -d "/source/selinux/$1" ] || cp -r "/source/selinux/$1/." "$tree/"
  chmod -R u+rwX,go+rX,go-w "$tree"
  rm "$image"
  mkfs.erofs --quiet -T "$SOURCE_DATE_EPOCH" --all-root -U "$(uuid "selinux-$1")" $EXT_OPTIONS \
    --file-contexts=$contexts "$image" "$tree"
}

# A second archive behind that of the slot's initrd.
add_labels_to_initrd() {
  tree=$work/labels
  units=$tree/usr/lib/systemd/system
  mkdir -p $units/ignition-complete.target.requires $tree/usr/lib/switchyard
  install -m 755 /source/selinux/initrd/label-root $tree/usr/lib/switchyard/
  cp /source/selinux/initrd/label-root.service $units/
  ln -s ../label-root.service $units/ignition-complete.target.requires/
  find $tree -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  truncate -s %4 $work/initrd.img
  (cd $tree && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 --reproducible) \
    >> $work/initrd.img
}

finish_selinux() {
  qemu-img convert -f raw -O qcow2 $work/disk.img /out/selinux.qcow2
  exit 0
}
