#!/bin/busybox sh
# entropy-check.sh   reads 256 KiB from the virtio random number generator: all of it, incompressible, and no 256 bytes twice.
set -eu
misc=/sys/class/misc/hw_random
fail() { echo "entropy-check: $*"; exit 1; }

source=$(grep -o 'virtio_rng[.0-9]*' "$misc/rng_available" | head -n 1)
[ -n "$source" ] || fail "there is no virtio random number generator"
echo "$source" >"$misc/rng_current"
dd if=/dev/hwrng of=/tmp/random bs=4096 count=64 iflag=fullblock 2>/dev/null || fail "a read failed"
[ "$(stat -c %s /tmp/random)" = 262144 ] || fail "only $(stat -c %s /tmp/random) bytes came"
packed=$(gzip -c /tmp/random | wc -c)
[ "$packed" -gt 262144 ] || fail "what came could be packed into $packed bytes"
[ "$(xxd -p -c 256 /tmp/random | sort -u | wc -l)" = 1024 ] || fail "256 bytes came twice"
