#!/bin/sh
# Makes what the tests of this folder run against: a chroot with programs that nobody here wrote, newer than those of the
# host's own release: QEMU and its tools with libblkio, User-mode Linux, a Debian kernel for the guests and its headers, and what
# builds them.
#
#   test/peers/setup.sh            makes it, about 90 s and 1.5 GB; afterwards it only renews what a reboot undid
#   test/peers/setup.sh remove     takes it away
#
# Root on Debian only. Environment: VDEV_PEERS, the folder (a folder of the user's cache); VDEV_PEERS_SUITE, the Debian suite;
# VDEV_PEERS_MIRROR, its mirror (the one that apt uses).
set -eu

DIR=${VDEV_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/vdev-peers}
SUITE=${VDEV_PEERS_SUITE:-sid}
# The same folder inside and outside of the chroot: sockets and images live there.
SHARED=/run/vdev
PACKAGES="qemu-system-x86 qemu-utils qemu-block-extra seabios libblkio1 libblkio-dev user-mode-linux busybox-static kmod
 e2fsprogs gcc libc6-dev make"

say() { echo "peers: $*"; }
die() { echo "peers: $*" >&2; exit 1; }

mirror() {
  [ -z "${VDEV_PEERS_MIRROR:-}" ] || { echo "$VDEV_PEERS_MIRROR"; return; }
  # apt reads its sources in either form, and expands what they contain.
  release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  # shellcheck disable=SC2016  # the fields are apt's
  apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Identifier: Packages' |
    sed -n "s/^\($release\|stable\|testing\|unstable\|sid\) \(https\{0,1\}:.*\)/\2/p" | head -n 1
}

make_chroot() {
  [ ! -e "$DIR" ] || [ -z "$(ls -A "$DIR")" ] || die "$DIR is not empty and not a chroot; set VDEV_PEERS to another folder"
  if ! command -v debootstrap >/dev/null; then
    say "installing debootstrap"
    apt-get update -q >/dev/null || die "apt-get update failed"
    apt-get install -qy --no-install-recommends debootstrap >/dev/null || die "apt-get install debootstrap failed"
  fi
  from=$(mirror)
  [ -n "$from" ] || die "apt names no Debian mirror to take $SUITE from; set VDEV_PEERS_MIRROR"
  say "making a chroot of $SUITE in $DIR"
  rm -rf --one-file-system "$DIR.partial"
  # An older debootstrap does not know a newer codename, but all of Debian's use one script.
  debootstrap --variant=minbase "$SUITE" "$DIR.partial" "$from" /usr/share/debootstrap/scripts/sid >"$DIR.log" 2>&1 ||
    { tail -n 20 "$DIR.log" >&2; die "debootstrap failed, see $DIR.log"; }
  # Only a whole one gets the name, so that an interrupted run can be repeated.
  [ ! -e "$DIR" ] || rmdir "$DIR"
  mv "$DIR.partial" "$DIR"
}

mount_folders() {
  mkdir -p "$SHARED" "$DIR$SHARED"
  for folder in /proc /sys /dev "$SHARED"; do
    mountpoint -q "$DIR$folder" && continue
    mount --rbind "$folder" "$DIR$folder" || die "cannot mount $folder in $DIR: a container needs CAP_SYS_ADMIN for it"
    # What is unmounted here stays mounted outside.
    mount --make-rslave "$DIR$folder"
  done
}

# The package lists are those that debootstrap has verified: what is installed later is of the same day.
apt_install() {
  chroot "$DIR" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@" >>"$DIR.log" 2>&1 ||
    { tail -n 20 "$DIR.log" >&2; die "apt-get install in the chroot failed, see $DIR.log"; }
}

install_packages() {
  say "installing QEMU, libblkio and User-mode Linux"
  # shellcheck disable=SC2086  # a list of words
  apt_install $PACKAGES
}

# The guests' kernel is unpacked only, because its installation would make an initrd. Newer ones come in three packages.
unpack_kernel() {
  say "unpacking the guests' kernel"
  chroot "$DIR" sh -ec '
    cd /tmp
    image=$(apt-cache depends linux-image-amd64 | sed -n "s/.*Depends: linux-image-\([0-9].*\)$/\1/p" | head -n 1)
    for part in image binary modules; do
      apt-get download -q "linux-$part-$image" && dpkg -x "linux-$part-$image"_*.deb / || true
    done
    rm -f linux-*.deb
    depmod "$(ls /usr/lib/modules)"
    modprobe --set-version "$(ls /usr/lib/modules)" --show-depends virtio_blk
  ' >>"$DIR.log" 2>&1 || { tail -n 20 "$DIR.log" >&2; die "no kernel for the guests, see $DIR.log"; }
}

# Modules are built for the very kernel that was unpacked.
install_kernel_headers() {
  say "installing the headers of the guests' kernel"
  apt_install "linux-headers-$(ls "$DIR/usr/lib/modules")"
}

remove() {
  for folder in /proc /sys /dev "$SHARED"; do
    while mountpoint -q "$DIR$folder"; do
      umount --recursive "$DIR$folder" || die "something still uses $DIR$folder"
    done
  done
  rm -rf --one-file-system "$DIR" "$DIR.partial" "$DIR.log" "$DIR.lock"
}

[ "$(id -u)" = 0 ] || die "needs root, to make a chroot in $DIR"
command -v apt-get >/dev/null || die "needs Debian: there is no apt-get here"
[ "$(dpkg --print-architecture)" = amd64 ] || die "needs amd64: User-mode Linux and the guests' kernel are of that architecture"
mkdir -p "$(dirname "$DIR")"
exec 9>"$DIR.lock"
flock 9
case ${1:-make} in
  make) ;;
  remove) remove; exit ;;
  *) die "unknown argument $1" ;;
esac
# The mark holds the packages that are there, the kernel beside: a chroot without it, or with others, is completed.
MARK=$DIR/.peers-ready
[ -x "$DIR/usr/bin/apt-get" ] || make_chroot
mount_folders
if [ ! -e "$MARK" ] || [ "$(cat "$MARK")" != "$PACKAGES" ]; then
  install_packages
  [ -e "$MARK" ] || unpack_kernel
  install_kernel_headers
  echo "$PACKAGES" >"$MARK"
fi
say "ready: $DIR ($(chroot "$DIR" qemu-img --version | head -n 1))"
