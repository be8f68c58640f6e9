#!/bin/busybox sh
# disk-check.sh DISK MIB   writes patterns of MIB to a disk of at least 64 MiB and 64 KiB, whose contents are lost, and reads them
# back in every way that a block device has; then a file system with a journal. Prints what differs and fails.
set -eu
disk=$1
mib=$2
name=${disk##*/}
sectors=$(cat "/sys/block/$name/size")

fail() { echo "disk-check: $*"; exit 1; }
forget() { echo 3 >/proc/sys/vm/drop_caches; }
sum() { sha256sum | cut -d ' ' -f 1; }
read_back() { # read_back DD-ARGUMENTS...: the pattern's sum again, from the disk
  [ "$(dd if="$disk" "$@" 2>/dev/null | sum)" = "$(sum </tmp/pattern)" ] || fail "what was written is not what is read, $*"
}

dd if=/dev/urandom of=/tmp/pattern bs=1M count="$mib" 2>/dev/null
dd if=/tmp/pattern of="$disk" bs=64k oflag=direct conv=fsync 2>/dev/null || fail "a write failed"
forget
read_back bs=1M count="$mib" iflag=direct
read_back bs=4k count=$((mib * 256)) iflag=direct
read_back bs=512 count=$((mib * 2048))

# Through the page cache, on no boundary of anything.
dd if=/tmp/pattern of=/tmp/piece bs=1000 count=777 2>/dev/null
dd if=/tmp/piece of="$disk" bs=1000 seek=1237 conv=notrunc,fsync 2>/dev/null || fail "an unaligned write failed"
dd if=/tmp/piece of=/tmp/pattern bs=1000 seek=1237 conv=notrunc 2>/dev/null
forget
read_back bs=1M count="$mib"

dd if=/tmp/piece of="$disk" bs=512 seek=$((sectors - 1)) count=1 oflag=direct conv=notrunc 2>/dev/null || fail "the last sector"
[ "$(dd if="$disk" bs=512 skip=$((sectors - 1)) iflag=direct 2>/dev/null | sum)" = "$(head -c 512 /tmp/piece | sum)" ] ||
  fail "the last sector differs"
! dd if=/tmp/piece of="$disk" bs=512 seek="$sectors" count=1 oflag=direct conv=notrunc 2>/dev/null || fail "a write past the end"

# Discarded and zeroed sectors, and their neighbours.
if [ "$(cat "/sys/block/$name/queue/discard_max_bytes")" != 0 ]; then
  blkdiscard -o 1048576 -l 1048576 "$disk" || fail "a discard failed"
  echo discarded
fi
dd if=/tmp/pattern bs=1M count=1 2>/dev/null | sum >/tmp/before
[ "$(dd if="$disk" bs=1M count=1 iflag=direct 2>/dev/null | sum)" = "$(cat /tmp/before)" ] || fail "the sectors before a discard"
[ "$(dd if="$disk" bs=1M skip=2 count=1 iflag=direct 2>/dev/null | sum)" = \
  "$(dd if=/tmp/pattern bs=1M skip=2 count=1 2>/dev/null | sum)" ] || fail "the sectors behind a discard"

/sbin/mke2fs -q -F -t ext4 -E lazy_itable_init=0 "$disk" || fail "no file system could be made"
mount -t ext4 "$disk" /mnt || fail "the file system cannot be mounted"
mkdir /mnt/folder
for number in 1 2 3; do
  cp /tmp/pattern "/mnt/folder/$number"
done
echo "$(sum </tmp/pattern)" >/mnt/sum
umount /mnt
forget
mount -t ext4 "$disk" /mnt || fail "the file system cannot be mounted again"
for number in 1 2 3; do
  [ "$(sum <"/mnt/folder/$number")" = "$(cat /mnt/sum)" ] || fail "file $number differs after it was mounted again"
done
rm /mnt/folder/2
umount /mnt
