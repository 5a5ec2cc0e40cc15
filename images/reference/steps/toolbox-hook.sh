#!/bin/sh
# mmdebstrap customize hook of the toolbox: fetches Debian's SELinux policy without installing it. Its
# install script compiles all of it, and only one disk has any.
set -eu
root=$1
. "${0%/*}/fetch.sh"
fetch selinux-policy-default "$root/.debs"
