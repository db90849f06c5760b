# PostgreSQL 15, Debian's. Refuses to run as root: then its data belongs to the user postgres.
ports=$((port + 20))
url="postgres://oms:oms-test@127.0.0.1:$ports/oms"
stop_signal=INT  # its fast shutdown
bin=/usr/lib/postgresql/15/bin
switch_user=(setpriv --reuid=postgres --regid=postgres --init-groups)

install_server() { need postgresql-15; }

as_user() {
  if [ "$(id -u)" != 0 ]; then "$@"; else "${switch_user[@]}" "$@"; fi
}

# Where that user can reach it: not below a folder that is root's alone.
place() {
  if [ "$(id -u)" != 0 ] || (cd / && as_user test -x "$folder"); then
    echo "$folder"
  else
    echo "/var/tmp/oms-servers-$(printf %s "$root" | cksum | cut -d ' ' -f 1)"
  fi
}

start() {
  local home
  home=$(place)
  mkdir -p "$home"
  cp "$tls/ca.crt" "$tls/server.crt" "$tls/server.key" "$home/"
  chmod 600 "$home/server.key"
  printf oms-test >"$home/password"
  [ "$(id -u)" != 0 ] || chown -R postgres: "$home"
  if [ ! -e "$home/made" ]; then
    rm -rf "$home/data"
    (cd / && as_user $bin/initdb -D "$home/data" -U oms --pwfile="$home/password" \
      -A scram-sha-256 -E UTF8 --locale=C.UTF-8) >"$folder/initdb.log" 2>&1 ||
      fail "initdb failed, see $folder/initdb.log"
    echo "include_if_exists = '$home/oms.conf'" >>"$home/data/postgresql.conf"
  fi
  cat >"$home/oms.conf" <<C
listen_addresses = '127.0.0.1'
port = $ports
unix_socket_directories = ''
max_connections = 200
shared_buffers = 64MB
ssl = on
ssl_cert_file = '$home/server.crt'
ssl_key_file = '$home/server.key'
ssl_ca_file = '$home/ca.crt'
C
  chmod 644 "$home/oms.conf"
  # A killed server that nobody has waited for yet is taken for one that runs.
  local last
  last=$(head -n 1 "$home/data/postmaster.pid" 2>/dev/null || true)
  if [ -n "$last" ] && ! grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$last/status"; then
    rm -f "$home/data/postmaster.pid"
  fi
  local user=()
  [ "$(id -u)" != 0 ] || user=("${switch_user[@]}")
  launch server "${user[@]}" $bin/postgres -D "$home/data"
}

is_ready() {
  $bin/pg_isready -q -h 127.0.0.1 -p $ports 2>/dev/null || return 1
  local home
  home=$(place)
  [ ! -e "$home/made" ] || return 0
  $bin/psql -qX "${url%/oms}/postgres" -c 'create database oms' >/dev/null 2>&1 &&
    touch "$home/made"
}
