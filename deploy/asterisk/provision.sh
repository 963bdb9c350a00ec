#!/usr/bin/env bash
# Sets up an Asterisk for development and tests on Debian 12, in a folder of its own: nothing is installed on the machine
# itself, and nothing is started. Debian 12 has no package of Asterisk; Debian's unstable has the LTS with all that
# WebRTC needs, so a small unstable system is made in the folder and Asterisk is run from there by chroot.
#
#   sudo deploy/asterisk/provision.sh
#
# The URA's prompts are made there too (make-prompts.sh), which needs espeak-ng and sox on the machine.
#
# Run again it does nothing, in a moment. To have another version, remove the folder and run it again.
#
#   ASTERISK_ROOT   the folder; by default ~/.cache/citrus-voz/asterisk (some 350 MB). The tests look there.
#   DEBIAN_MIRROR   where packages come from; by default the mirror of this machine's apt
#   DEBIAN_SUITE    by default sid
set -euo pipefail

root="${ASTERISK_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/citrus-voz/asterisk}"
suite="${DEBIAN_SUITE:-sid}"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
packages=(asterisk asterisk-core-sounds-en-gsm asterisk-moh-opsound-gsm)
# Written last: a folder without it was never finished.
mark='.citrus-voz-asterisk'

say() { printf 'asterisk: %s\n' "$*"; }
fail() {
  printf 'asterisk: %s\n' "$*" >&2
  exit 1
}

# Asterisk looks its machine's name up; the name may be another one than when the folder was made.
name_the_host() {
  local name
  name="$(hostname)"
  grep -qsw -- "$name" "$1/etc/hosts" || printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$name" >>"$1/etc/hosts"
}

make_prompts() { "$here/make-prompts.sh" "$1/usr/share/asterisk/sounds/pt_BR/citrus-voz"; }

version_in() { chroot "$1" /usr/sbin/asterisk -V 2>/dev/null; }

case "$root" in
  /?*) ;;
  *) fail "ASTERISK_ROOT must be an absolute path and not /: $root" ;;
esac
[ "$(id -u)" -eq 0 ] || fail 'only root can make the folder and run what is in it (chroot); run this with sudo'

mkdir -p "$(dirname "$root")"
exec 9>"$root.lock"
flock 9

if [ -e "$root/$mark" ] && version="$(version_in "$root")"; then
  name_the_host "$root"
  make_prompts "$root"
  say "$version is in $root"
  exit 0
fi
if [ -e "$root" ] && [ ! -e "$root/$mark" ] && [ -n "$(ls -A "$root")" ]; then
  fail "$root is there and was not made by this; remove it, or name another with ASTERISK_ROOT"
fi

# The first source of Debian itself that apt would use on this machine, in either of apt's two notations.
mirror_of_this_machine() {
  {
    sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/*.sources
    sed -n 's/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\).*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/*.list
  } 2>/dev/null | tr ' ' '\n' | sed -n 's|^\(.*/debian\)/*$|\1|p' | head -n 1
}
mirror="${DEBIAN_MIRROR:-$(mirror_of_this_machine || true)}"
[ -n "$mirror" ] || fail 'apt on this machine names no mirror of Debian; name one with DEBIAN_MIRROR'
command -v debootstrap >/dev/null || fail 'debootstrap is missing; get it with "apt-get install debootstrap"'

building="$root.building"
clean_up() {
  mountpoint -q "$building/proc" && umount "$building/proc"
  # Never across a mount: what is below /proc is not ours.
  rm -rf --one-file-system "$building"
}
clean_up
trap clean_up EXIT

say "making a small Debian $suite in $root; this takes a minute"
debootstrap --variant=minbase "$suite" "$building" "$mirror" >"$root.log" 2>&1 || {
  tail -n 20 "$root.log" >&2
  fail "debootstrap failed; all it said is in $root.log"
}

# Packages that bring a service would start it: this says no to all of them.
printf '#!/bin/sh\nexit 101\n' >"$building/usr/sbin/policy-rc.d"
chmod 755 "$building/usr/sbin/policy-rc.d"
name_the_host "$building"
# The machine's own way to its mirror (a proxy, dates that are not checked) holds in the folder too.
apt-config dump Acquire | sed -n '/^Acquire::\(http\|https\|Check-\)/p' >"$building/etc/apt/apt.conf.d/90machine"
# Nothing needs the manual pages and the translations of the packages.
printf 'path-exclude=/usr/share/%s/*\n' doc man locale >"$building/etc/dpkg/dpkg.cfg.d/90small"

mountpoint -q "$building/proc" || mount -t proc proc "$building/proc" 2>/dev/null || true
chroot "$building" env DEBIAN_FRONTEND=noninteractive LC_ALL=C sh -ec '
  apt-get -q update
  apt-get -q -y --no-install-recommends install "$@"
  apt-get clean
  rm -rf /var/lib/apt/lists/*
' sh "${packages[@]}" >>"$root.log" 2>&1 || {
  tail -n 20 "$root.log" >&2
  fail "Asterisk could not be installed; all that was said is in $root.log"
}
if mountpoint -q "$building/proc"; then umount "$building/proc"; fi

version="$(version_in "$building")" || fail "Asterisk was installed in $building but does not run"
make_prompts "$building"
printf '%s\n' "$version" >"$building/$mark"
rm -rf --one-file-system "$root"
mv "$building" "$root"
say "$version is in $root"
