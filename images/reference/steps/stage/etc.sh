# The defaults of /etc, with the accounts.

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
