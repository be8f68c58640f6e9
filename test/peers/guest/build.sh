#!/bin/sh
# build.sh FOLDER [MODULE...]   run in the peers' chroot: makes the guests' root file system in FOLDER/root, for User-mode Linux to
# take as it is, and packed in FOLDER/initrd with FOLDER/vmlinuz for QEMU. FOLDER/guest has the files of this folder. MODULEs are
# left to the guest's `modprobe`; where a kernel has none of that name, there is none.
set -eu
cd "$1"
shift

mkdir -p root/bin root/dev root/mnt root/modules/qemu root/modules/uml root/proc root/sys root/tmp
cp /bin/busybox root/bin/
install -m 755 guest/init guest/*-check.sh root/
for source in guest/*.c; do
  gcc -O2 -Wall -Werror -static -pthread -o "root/$(basename "$source" .c)" "$source"
done

# A file system with a journal: its flushes and its order of writes matter. BusyBox makes none, and zeroes no range.
for program in /sbin/mke2fs /usr/bin/fallocate; do
  for file in "$program" $(ldd "$program" | grep -o '/[^ ]*'); do
    cp --parents --dereference "$file" root/
  done
done

# Modules in the order in which they are loaded: what each needs comes before it.
version=$(ls /usr/lib/modules)
number=100
for module in virtio_blk ext4 virtio_rng watchdog; do
  modprobe --set-version "$version" --show-depends "$module"
done | sed -n 's/^insmod //p' | while read -r file; do
  number=$((number + 1))
  busybox unxz -c "$file" >"root/modules/qemu/$number.ko"
done
cp /usr/lib/uml/modules/*/kernel/drivers/block/virtio_blk.ko root/modules/uml/

# Further ones, with what they need, for each of the kernels.
for tree in /usr/lib /usr/lib/uml; do
  release=$(ls "$tree/modules")
  mkdir -p tree/lib "root/lib/modules/$release"
  ln -sfn "$tree/modules" tree/lib/modules
  for module; do
    modprobe -d "$PWD/tree" --set-version "$release" --show-depends "$module" 2>/dev/null || true
  done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r file; do
    name=$(basename "$file")
    case $name in
      *.xz) busybox unxz -c "$file" >"root/lib/modules/$release/${name%.xz}" ;;
      *) cp "$file" "root/lib/modules/$release/" ;;
    esac
  done
  depmod -b root "$release"
done

(cd root && find . | busybox cpio -o -H newc) >initrd
cp "/usr/lib/modules/$version/vmlinuz" vmlinuz
