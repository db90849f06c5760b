#!/usr/bin/env bash
# readme.sh OMS: runs what README.md and docs/api.md show, as a user types it, against a server of
# that binary.
#
# Every ```sh block after a line `<!-- test -->` is run, one after the other in one shell, in an
# empty folder. Only the address is another: a free port instead of http://127.0.0.1:8080. Any
# command that fails fails the test, and the first customer's order must end `completed`.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
oms=$(realpath "${1:?usage: readme.sh OMS, the path of the binary}")
patience=60  # seconds for all commands of one document

folder=$(mktemp -d)
server=
stop_server() {
  [ -n "$server" ] || return 0
  kill -TERM "$server" 2>/dev/null || true
  wait "$server" || true
  server=
}
end() {
  code=$?
  stop_server
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

# Starts a server in an empty folder; its address is then in `url`.
start_server() {
  rm -rf "$folder/shop"
  mkdir "$folder/shop"
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
}

# Runs the commands of the document $1.
run_document() {
  local name=${1#"$root/"}
  start_server
  blocks "$1" >"$folder/commands.in"
  grep -q 'http://127.0.0.1:8080' "$folder/commands.in" || fail "$name marks no commands to run"
  sed "s,http://127\.0\.0\.1:8080,$url,g" "$folder/commands.in" >"$folder/commands"
  timeout "$patience" bash -euo pipefail "$folder/commands" </dev/null ||
    fail "a command of $name failed, or all took longer than $patience s (exit code $?)"

  # The customer's only order, as the server tells it afterwards.
  local orders
  orders=$(curl -fsS "$url/api/customers/c1/orders")
  [[ $orders == *'"status":"completed","PaymentLink":"http'* ]] ||
    fail "the order of $name is not completed: $orders"
  stop_server
  echo "What $name shows works."
}

# Nothing of the caller may reach the server or the commands.
for name in $(compgen -v OMS_ || true); do unset "$name"; done
mkdir "$folder/bin"
ln -s "$oms" "$folder/bin/oms"
export PATH=$folder/bin:$PATH OMS_DATA=$folder/shop/data NO_COLOR=1

run_document "$root/README.md"
run_document "$root/docs/api.md"
