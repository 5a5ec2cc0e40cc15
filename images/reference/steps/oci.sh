#!/bin/sh
# Makes a small OCI archive of nginx from the package tree: the program, its libraries and a page.
# The archive carries docker's manifest.json beside the OCI layout, so every loader takes it. Runs in
# the toolbox: oci.sh OS OUT.
set -eu
os=$1 out=$2 work=/tmp/oci
rm -rf $work
mkdir -p $work/root/usr/sbin $work/root/etc/nginx $work/root/var/www $work/root/var/log/nginx \
  $work/root/run $work/root/tmp $work/root/usr/lib/x86_64-linux-gnu $work/root/var/lib/nginx $work/blobs/sha256
for name in lib lib64 sbin; do ln -s usr/$name $work/root/$name; done
cp "$os/usr/sbin/nginx" $work/root/usr/sbin/
mkdir -p $work/root/usr/lib64
cp -L "$os/usr/lib64/ld-linux-x86-64.so.2" $work/root/usr/lib64/
"$os/usr/lib64/ld-linux-x86-64.so.2" --library-path "$os/usr/lib/x86_64-linux-gnu" --list "$os/usr/sbin/nginx" |
  sed -n 's/.*=> \([^ ]*\) .*/\1/p' | while read -r library; do
    cp -L "$library" $work/root/usr/lib/x86_64-linux-gnu/
  done
cp "$os/etc/nginx/mime.types" $work/root/etc/nginx/
printf 'root:x:0:0:root:/:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n' > $work/root/etc/passwd
printf 'root:x:0:\nnogroup:x:65534:\n' > $work/root/etc/group
cat > $work/root/etc/nginx/nginx.conf <<'CONF'
user root;
worker_processes 1;
daemon off;
pid /run/nginx.pid;
error_log /dev/stderr;
events { worker_connections 128; }
http {
  include mime.types;
  access_log /dev/stdout;
  server {
    listen 80;
    root /usr/share/nginx/html;
  }
}
CONF
mkdir -p $work/root/usr/share/nginx/html
echo '<!doctype html><title>nginx</title><p>It works.</p>' > $work/root/usr/share/nginx/html/index.html
chmod 1777 $work/root/tmp

blob() { # FILE: moves it among the blobs and prints its digest
  digest=$(sha256sum "$1" | cut -d' ' -f1)
  mv "$1" $work/blobs/sha256/"$digest"
  echo "$digest"
}
size() { stat -c %s "$work/blobs/sha256/$1"; }
pack() { tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" "$@"; }

pack -C $work/root -cf $work/layer.tar .
layer=$(blob $work/layer.tar)
created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
printf '{"architecture":"amd64","os":"linux","created":"%s","config":{"Env":["PATH=/usr/sbin"],"Cmd":["nginx"],"ExposedPorts":{"80/tcp":{}}},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created":"%s"}]}' \
  "$created" "$layer" "$created" > $work/config
config=$(blob $work/config)
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:%s","size":%s}]}' \
  "$config" "$(size "$config")" "$layer" "$(size "$layer")" > $work/manifest
manifest=$(blob $work/manifest)
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s,"annotations":{"io.containerd.image.name":"docker.io/switchyard/nginx:latest","org.opencontainers.image.ref.name":"latest"}}]}' \
  "$manifest" "$(size "$manifest")" > $work/index.json
printf '{"imageLayoutVersion":"1.0.0"}' > $work/oci-layout
printf '[{"Config":"blobs/sha256/%s","RepoTags":["switchyard/nginx:latest"],"Layers":["blobs/sha256/%s"]}]' \
  "$config" "$layer" > $work/manifest.json
pack -C $work -cf "$out" blobs index.json manifest.json oci-layout
rm -rf $work
