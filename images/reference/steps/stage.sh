#!/bin/sh
# Turns the package tree into the image's own trees: usr (the immutable part, with the /etc defaults
# inside) and ext-NAME for each runtime that ships as a sysext. Runs in the toolbox with the tree at
# /os, the update agent at /agent and the builder's folder at /source.
set -eu
export LC_ALL=C
. /settings/settings.sh
export SOURCE_DATE_EPOCH
. /source/steps/common.sh
usr=/stage/usr
etc=$usr/share/flatcar/etc
for part in packages kernels files etc units libraries; do . /source/steps/stage/$part.sh; done

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
