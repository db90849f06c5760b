#!/usr/bin/env bash
# readme.sh OMS [DOCUMENT]: runs what README.md or another document shows, as a user types it, against
# a server of that binary.
#
# Every ```sh block after a line `<!-- test -->` is run, one after the other in one shell, in an
# empty folder. Only the address is another: a free port instead of http://127.0.0.1:8080. Any
# command that fails fails the test, and the order of README.md must end `completed`.
set -euo pipefail

document=${2:-README.md}
source=$(cd "$(dirname "$0")/../.." && pwd)/$document
oms=$(realpath "${1:?usage: readme.sh OMS [DOCUMENT], the path of the binary and a document}")
patience=60  # seconds for all commands

folder=$(mktemp -d)
server=
end() {
  code=$?
  if [ -n "$server" ]; then
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" || true
  fi
  [ "$code" -eq 0 ] || sed 's/^/server: /' "$folder/server.log" >&2 || true
  rm -rf "$folder"
}
trap end EXIT

fail() {
  echo "readme.sh: $*" >&2
  exit 1
}

# The marked blocks of the file $1.
blocks() {
  awk '
    /^<!-- test -->$/ { is_marked = 1; next }
    /^```sh$/ && is_marked { is_inside = 1; is_marked = 0; next }
    /^```$/ { if (is_inside) print ""; is_inside = 0; next }
    is_inside { print; next }
    NF { is_marked = 0 }
  ' "$1"
}

# Nothing of the caller may reach the server or the commands.
for name in $(compgen -v OMS_ || true); do unset "$name"; done
mkdir "$folder/bin" "$folder/shop"
ln -s "$oms" "$folder/bin/oms"
export PATH=$folder/bin:$PATH OMS_DATA=$folder/shop/data NO_COLOR=1
cd "$folder/shop"

oms up --listen 127.0.0.1:0 --kitchen-time 100ms --delivery-time 100ms \
  >"$folder/server.log" 2>&1 </dev/null &
server=$!
for ((i = 0; i < 200; ++i)); do
  [ ! -s data/server.json ] || break
  kill -0 "$server" 2>/dev/null || fail "the server has not started"
  sleep 0.1
done
[ -s data/server.json ] || fail "the server is not ready after 20 s"
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' data/server.json)

blocks "$source" >"$folder/commands.in"
grep -q 'http://127.0.0.1:8080' "$folder/commands.in" || fail "$document marks no commands to run"
sed "s,http://127\.0\.0\.1:8080,$url,g" "$folder/commands.in" >"$folder/commands"

timeout "$patience" bash -euo pipefail "$folder/commands" </dev/null ||
  fail "a command of $document failed, or all took longer than $patience s (exit code $?)"

if [ "$document" != README.md ]; then
  echo "What $document shows works."
  exit
fi
# The customer's only order, as the server tells it afterwards.
orders=$(curl -fsS "$url/api/customers/c1/orders")
[[ $orders == *'"status":"completed","PaymentLink":"http'* ]] ||
  fail "the order is not completed: $orders"
echo "What README.md shows works."
