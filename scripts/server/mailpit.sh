# Mailpit 1.33 from its Go module: SMTP with STARTTLS, which wants a login, and its API.
version=v1.33.1
smtp=$((port + 80)) api=$((port + 81))
ports="$smtp $api"
url="smtp://oms@localhost:$smtp"  # the password is oms-test
console="http://127.0.0.1:$api"
program=$cache/mailpit-$version

install_server() {
  [ ! -x "$program" ] || return 0
  command -v go >/dev/null || unavailable "it needs Go 1.26 (https://go.dev/dl)"
  say "building Mailpit $version, which takes two minutes"
  # Its own folder: `go install` would put it where programs of this user are.
  rm -rf "$folder/build" && mkdir -p "$folder/build"
  (cd / && GOBIN=$folder/build GOFLAGS="-mod=mod -buildvcs=false" GOWORK=off timeout 900 \
    nice -n 10 go install -p "${SERVERS_JOBS:-2}" -trimpath -ldflags '-s -w' \
    "github.com/axllent/mailpit@$version") >"$folder/go.log" 2>&1 9>&- ||
    unavailable "Go could not build it, see $folder/go.log"
  mv "$folder/build/mailpit" "$program"
}

start() {
  # As `htpasswd` writes it.
  printf 'oms:%s\n' "$(openssl passwd -apr1 oms-test)" >"$folder/users"
  launch server "$program" --listen "127.0.0.1:$api" --smtp "127.0.0.1:$smtp" \
    --database "$folder/mails.db" --smtp-tls-cert "$tls/server.crt" \
    --smtp-tls-key "$tls/server.key" --smtp-require-starttls --smtp-auth-file "$folder/users" \
    --disable-version-check --smtp-disable-rdns --max 0 --enable-chaos
}

is_ready() { port_is_taken $smtp && curl -sf "$console/readyz" >/dev/null; }
