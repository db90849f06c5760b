#!/usr/bin/env bash
# install.sh OMS: what `make install` puts where, and that it works there.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
oms=$(realpath "${1:?usage: install.sh OMS, the path of the binary}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
  echo "install.sh: $*" >&2
  exit 1
}

# What make would do, without building.
command=$(make -n -C "$top" install PREFIX=/opt/shop DESTDIR="$folder/root" | grep scripts/install)
[[ $command == *"PREFIX=/opt/shop DESTDIR=$folder/root scripts/install "* ]] || fail "make: $command"

PREFIX=/opt/shop DESTDIR=$folder/root "$top/scripts/install" "$oms" >/dev/null
root=$folder/root/opt/shop
found=$(cd "$folder/root" && find . -type f -printf '%m %p\n' | LC_ALL=C sort -k 2)
[ "$found" = "755 ./opt/shop/bin/oms
644 ./opt/shop/lib/systemd/system/oms.service
644 ./opt/shop/share/bash-completion/completions/oms
644 ./opt/shop/share/fish/vendor_completions.d/oms.fish
644 ./opt/shop/share/zsh/site-functions/_oms" ] || fail "installed: $found"
"$root/bin/oms" version | grep -q '^oms ' || fail "the program does not run"
if PREFIX=relative DESTDIR=$folder "$top/scripts/install" "$oms" 2>/dev/null; then
  fail "a relative PREFIX was accepted"
fi

unit=$root/lib/systemd/system/oms.service
grep -q '^ExecStart=/opt/shop/bin/oms up$' "$unit" || fail "the unit starts another program"
if command -v systemd-analyze >/dev/null; then
  sed "s,^ExecStart=.*,ExecStart=$root/bin/oms up," "$unit" >"$folder/oms.service"
  said=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no "$folder/oms.service" 2>&1) ||
    fail "systemd: $said"
  # Of other units of this machine it may complain, of this one not.
  ! grep -F oms.service <<<"$said" || fail "systemd complains of the unit"
fi

# Completion in bash: the words of `oms $1...`, the last of which is being written.
export PATH=$root/bin:$PATH
completed() {
  bash -c '
    source "$1"
    shift
    COMP_WORDS=(oms "$@")
    COMP_CWORD=$#
    _oms
    echo "${COMPREPLY[@]}"' bash "$root/share/bash-completion/completions/oms" "$@"
}
expect() {
  local wanted=$1
  shift
  local got
  got=$(completed "$@")
  [ "$got" = "$wanted" ] || fail "oms $* completes to '$got', not '$wanted'"
}
expect "order" ord
expect "place list get watch cancel revise refund history" order ""
expect "--status" order list --sta
expect "preparing" order list --status prep
expect "--limit" order list --status preparing --li
expect "auto manual" up --kitchen ""
expect "bash zsh fish" completion ""
expect "list set restock adjust movements" help stock ""
expect "" backup ""

# Each shell that is here can read its own.
! command -v zsh >/dev/null || zsh -n "$root/share/zsh/site-functions/_oms"
! command -v fish >/dev/null || fish -n "$root/share/fish/vendor_completions.d/oms.fish"
echo "What make install puts there works."
