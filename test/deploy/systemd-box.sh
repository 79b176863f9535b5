#!/usr/bin/env bash
# Boots this machine's systemd as the first process of namespaces of its own, on a copy-on-write view of this machine's files, with
# the program installed in it: systemd-box.sh BOX PROJECT NODE. BOX is an empty folder. Needs root; ends when it is killed.
set -euo pipefail
box=$1 project=$2 node=$3
mount -t tmpfs tmpfs "$box"
mkdir "$box/up" "$box/work" "$box/root" "$box/cgroup"
mount -t cgroup2 cgroup2 "$box/cgroup"
mkdir "$box/cgroup/$(basename "$box")"
echo $$ >"$box/cgroup/$(basename "$box")/cgroup.procs"
umount "$box/cgroup"
root=$box/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$box/up,workdir=$box/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
for folder in run tmp dev etc/systemd/system var/log; do mount -t tmpfs -o mode=755 tmpfs "$root/$folder"; done
chmod 1777 "$root/tmp"
while read -r name major minor; do mknod -m 666 "$root/dev/$name" c "$major" "$minor"; done <<'END'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
END
ln -s /proc/self/fd "$root/dev/fd"
ln -s pts/ptmx "$root/dev/ptmx"
mkdir "$root/dev/shm" "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"

# As after `npm install -g`, in a place that ProtectHome does not hide.
installed=$root/opt/revproxy-tui
for folder in dist node_modules/yaml node_modules/undici; do
  mkdir -p "$installed/$folder"
  mount --bind "$project/$folder" "$installed/$folder"
done
cp "$project/package.json" "$installed/"
rm -f "$root/usr/local/bin/node"
touch "$root/usr/local/bin/node"
mount --bind "$node" "$root/usr/local/bin/node"
# npm would make the program executable; here that would change the project.
program=$root/usr/local/bin/revproxy-tui
printf '#!/bin/sh\nexec /usr/local/bin/node /opt/revproxy-tui/dist/bin.js "$@"\n' >"$program"
chmod 755 "$program"

units=$root/etc/systemd/system
cp "$project"/deploy/systemd/* "$units/"
printf '[Unit]\nDescription=All there is\nRequires=sysinit.target\nAfter=sysinit.target\n' >"$units/box.target"
# What reaches beyond the box.
for unit in sysctl modules-load remount-fs udevd udev-trigger update-utmp; do ln -s /dev/null "$units/systemd-$unit.service"; done
ip link set lo up
exec unshare --cgroup --mount --propagation private bash -c "
  mount -t cgroup2 cgroup2 '$root/sys/fs/cgroup'
  cd '$root' && mkdir old && pivot_root . old && umount -l /old
  exec env -i container=box PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin \
    /lib/systemd/systemd --unit=box.target --log-target=null --show-status=0"
