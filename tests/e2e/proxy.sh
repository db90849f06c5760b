#!/usr/bin/env bash
# proxy.sh OMS: the shop behind nginx, as deploy/nginx/oms.conf has it: with TLS, an order from its
# click to its end, events as they happen, and operators' paths closed to strangers. Skipped where
# there is no nginx.
set -euo pipefail
oms=$1
source=$(cd "$(dirname "$0")/../.." && pwd)
nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || { echo "it needs nginx"; exit 77; }
folder=$(mktemp -d)
shop=
proxy=
trap 'kill $shop $proxy 2>/dev/null || true; wait; rm -rf "$folder"' EXIT

fail() {
  echo "$1" >&2
  tail -n 20 "$folder"/*.txt >&2
  exit 1
}

# await WHAT COMMAND...: until the command succeeds.
await() {
  local what=$1
  shift
  for _ in {1..200}; do
    "$@" && return
    sleep 0.1
  done
  fail "$what"
}

free_port() {
  local port
  while port=$((RANDOM % 8000 + 52000)); (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null; do :; done
  echo $port
}

tls=$(free_port)
plain=$(free_port)
url=https://shop.example:$tls
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=shop.example \
  -addext subjectAltName=DNS:shop.example -keyout "$folder/key.pem" -out "$folder/cert.pem" 2>/dev/null

"$oms" up --data "$folder/shop" --listen 127.0.0.1:0 --base-url "$url" --kitchen-time 1s \
  --delivery-time 1s >"$folder/shop.txt" 2>&1 &
shop=$!
is_up() { grep -q 'http://127' "$folder/shop.txt"; }
await "the shop does not start" is_up
behind=$(grep -o '127\.0\.0\.1:[0-9]*' "$folder/shop.txt" | head -n 1)

# The example with ports and files of this machine.
{
  echo "pid $folder/nginx.pid; daemon off; error_log $folder/nginx.txt;"
  echo "events {} http { access_log off;"
  for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $folder/$kind;"; done
  sed -e "s/127\.0\.0\.1:8080/$behind/; s/listen 80;/listen $plain;/" \
    -e "s/listen 443/listen $tls/; s|/etc/ssl/shop.example/fullchain.pem|$folder/cert.pem|" \
    -e "s|/etc/ssl/shop.example/key.pem|$folder/key.pem|" "$source/deploy/nginx/oms.conf"
  echo "}"
} >"$folder/nginx.conf"
"$nginx" -t -q -c "$folder/nginx.conf" 2>"$folder/test.txt" || fail "nginx refuses the example"
"$nginx" -c "$folder/nginx.conf" 2>>"$folder/nginx.txt" &
proxy=$!
get() {
  curl -sS --cacert "$folder/cert.pem" --connect-to "shop.example::127.0.0.1:" "$@"
}
answers() { get -f -o /dev/null "$url/api/menu" 2>/dev/null; }
await "nginx does not answer" answers

status() { get -o /dev/null -w '%{http_code}' "$@"; }
[ "$(status "http://shop.example:$plain/")" = 308 ] || fail "plain HTTP is not led to TLS"
[ "$(status "$url/")" = 200 ] || fail "no page"
for path in api/admin/orders //api//admin/orders operator.html metrics livez readyz; do
  [ "$(status --path-as-is "$url/$path")" = 403 ] || fail "/$path is open to strangers"
done
code=$(status "$url/orders" --json "{}")
[ "$code" = 403 ] || fail "/orders answers strangers: $code"

# One order: events arrive while it goes on, not when the stream ends.
order=$(get "$url/api/customers/c1/orders" -H 'Idempotency-Key: k1' \
  --json '{"items":[{"productID":"1","quantity":2}],"fulfilment":"delivery"}' |
  grep -o '"orderID":"[^"]*"' | cut -d '"' -f 4)
get -N "$url/api/customers/c1/orders/$order/stream" >"$folder/stream.txt" &
stream=$!
has_link() { grep -q "$url/checkout/cs_" "$folder/stream.txt"; }
await "no event with the link, which has the proxy's name" has_link
kill -0 $stream 2>/dev/null || fail "the stream has ended before the order"
link=$(grep -o "$url/checkout/cs_[0-9a-zA-Z_]*" "$folder/stream.txt" | head -n 1)
get -f -o /dev/null "$link/pay" --json '{"card":"4242424242424242"}' || fail "it was not paid"
wait $stream
grep -q '"status":"completed"' "$folder/stream.txt" || fail "it was not completed"

# Too many at once are turned away by the proxy, which knows whose they are.
seq 300 | xargs -P 8 -I{} curl -s -o /dev/null --cacert "$folder/cert.pem" -w '%{http_code}\n' \
  --connect-to "shop.example::127.0.0.1:" "$url/api/menu" >"$folder/many.txt"
grep -q 429 "$folder/many.txt" || fail "nobody was turned away"
grep -q 200 "$folder/many.txt" || fail "everybody was turned away"
