#!/usr/bin/env bash
# clients.sh OMS: a shop of that binary's processes, on RabbitMQ and then on Kafka, as others use
# it. A Python and a Node client with the usual libraries, and of ours api/proto and
# api/asyncapi.yaml alone, place orders by gRPC, pay them, and follow the events. Each is killed
# (kill -9) after a third of the events and started again. A line for each says what it has had:
# none may be missing.
#
# The shop listens on the ports from CLUSTER_PORT (28060) to 29 above it; the servers are those of
# scripts/servers, which are started where they are not up. The libraries stay in build/clients, and
# what the last run has left in build/clients/run. Exit 77: skipped, for something of it cannot be
# had here.
set -euo pipefail
export LC_ALL=C.UTF-8
oms=$(realpath "${1:?usage: clients.sh OMS, the path of the binary}")
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
kept=$PWD/build/clients
work=$kept/run
port=${CLUSTER_PORT:-28060}
each=20          # so many orders does each client place
per_order=10     # and so many events at least are there of each
wait_seconds=120

for name in $(compgen -v | grep -E '^(OMS|CLUSTER)_' || true); do unset "$name"; done
export CLUSTER_PORT=$port CLUSTER_FOLDER=$work/cluster CLUSTER_OMS=$oms
prefix=oms-$port
servers=()

skip() { echo "skipped: $*"; exit 77; }
fail() {
  echo "clients.sh: $*; see $work" >&2
  tail -n 20 "$work"/*.log >&2
  exit 1
}

# What runs of this run, or of an earlier one that was killed, ends.
end_cluster() { scripts/cluster down >>"$work/end.log" 2>&1; }
end_all() {
  local running
  running=$(jobs -p)
  # shellcheck disable=SC2086
  [ -z "$running" ] || kill $running 2>/dev/null || true
  wait || true
  end_cluster
  [ ${#servers[@]} -eq 0 ] || scripts/servers down "${servers[@]}" >>"$work/end.log" 2>&1
}

# Each installs again only after its list has changed.
install_python() {
  local list=$here/python/requirements.txt folder=$kept/python
  ! cmp -s "$list" "$folder/requirements.txt" || return 0
  rm -rf "$folder"
  python3 -m venv "$folder" || return 1
  "$folder/bin/pip" install -q --disable-pip-version-check --only-binary :all: -r "$list" ||
    return 1
  cp "$list" "$folder"
}

install_node() {
  local list=$here/node/package-lock.json folder=$kept/node
  mkdir -p "$folder"
  if ! cmp -s "$list" "$folder/installed"; then
    rm -f "$folder/installed"
    cp "$here"/node/package*.json "$folder"
    npm ci --prefix "$folder" --silent --no-audit --no-fund || return 1
    cp "$list" "$folder/installed"
  fi
  cp "$here"/node/*.mjs "$folder"  # modules are looked for beside the program
}

# client NAME PROGRAM WORD...
client() {
  local name=$1 program=$2
  shift 2
  case $name in
    python) timeout "$wait_seconds" "$kept/python/bin/python" "$here/python/$program.py" "$@" ;;
    node) timeout "$wait_seconds" node "$kept/node/$program.mjs" "$@" ;;
  esac
}

# start_server NAME: and sets url and console.
start_server() {
  local code=0 words
  if ! scripts/servers status "$1" >/dev/null 2>&1; then
    scripts/servers up "$1" >"$work/server.log" 2>&1 || code=$?
    [ "$code" != 3 ] || skip "$(tail -n 1 "$work/server.log")"
    [ "$code" = 0 ] || fail "$1 has not started"
    servers+=("$1")
  fi
  words=$(scripts/servers env "$1")
  url=$(sed -n "s/^export TEST_${1^^}='\([^']*\)'.*/\1/p" <<<"$words")
  console=$(sed -n "s/^export TEST_${1^^}_CONSOLE='\(.*\)'/\1/p" <<<"$words")
}

clean() {
  "$kept/python/bin/python" "$here/python/clean.py" "$prefix" "$url" ${console:+"$console"}
}

start_cluster() {
  local log=$work/$1.cluster.log
  : >"$log"
  rm -rf "$CLUSTER_FOLDER"
  BROKER=$1 scripts/cluster up --kitchen-time 100ms --delivery-time 100ms >"$log" 2>&1 &
  cluster=$!
  until grep -q '^OMS is ready' "$log"; do
    kill -0 $cluster 2>/dev/null || fail "the cluster has not started"
    sleep 0.1
  done
}

# follow NAME URL INBOX: until all orders are over. It is killed once.
follow() {
  local words=("$2" "$3" --name "$prefix-$1" --orders $((2 * each)) --prefix "$prefix") code=0
  client "$1" follow "${words[@]}" --die-after $((2 * each * per_order / 3)) || code=$?
  [ "$code" = 137 ] || return 1
  sleep 0.5  # what happens meanwhile waits for it
  client "$1" follow "${words[@]}"
}

try() {
  local broker=$1 url console name file followers=() placers=()
  start_server "$broker"
  clean
  start_cluster "$broker"
  for name in python node; do
    follow $name "$url" "$work/$broker.$name" >"$work/$broker.$name.log" 2>&1 &
    followers+=($!)
  done
  for file in "$work/$broker".{python,node}.log; do
    timeout 30 bash -c "until grep -q ^follows '$file'; do sleep 0.1; done" ||
      fail "no client follows $broker"
  done
  for name in python node; do
    client $name place "127.0.0.1:$CLUSTER_PORT" $each >"$work/$broker.$name.orders" \
      2>"$work/$broker.$name.place.log" &
    placers+=($!)
  done
  for child in "${placers[@]}"; do wait "$child" || fail "an order could not be placed"; done
  for child in "${followers[@]}"; do wait "$child" || fail "a client on $broker has failed"; done
  cat "$work/$broker".{python,node}.orders >"$work/$broker.orders"
  python3 "$here/report.py" "$broker" "$work/$broker.orders" \
    python="$work/$broker.python" node="$work/$broker.node" || fail "events are not as promised"
  kill $cluster
  wait $cluster || fail "the cluster has not ended well"
  clean
}

command -v python3 >/dev/null || skip "it needs python3, with venv"
command -v npm >/dev/null || skip "it needs Node (18 or later) and npm"
mkdir -p "$kept"
install_python || skip "pip cannot get the Python client's libraries"
install_node || skip "npm cannot get the Node client's libraries"
mkdir -p "$work"
end_cluster
rm -rf "$work" && mkdir -p "$work"
trap end_all EXIT
try rabbitmq
try kafka
