# What systemd reads: less of it, and an order in which less waits.

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

# A helper unit for each module costs a process start; those modules are built in or loaded by udev.
strip_module_units() {
  grep -rl 'modprobe@' $usr/lib/systemd/system | while read -r unit; do
    case $unit in */modprobe@.service) ;; *) sed -i 's/modprobe@[a-z0-9_\\]*\.service//g' "$unit" ;; esac
  done
}

# Name resolution and time may come up beside the rest of the system instead of before it.
relax_order() {
  sed -i 's/^Before=sysinit.target /Before=/; s/ sysinit.target / /; /^Before=sysinit.target$/d' \
    $usr/lib/systemd/system/systemd-resolved.service $usr/lib/systemd/system/systemd-timesyncd.service
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
