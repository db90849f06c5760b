#!/usr/bin/env bash
# Webhook signatures both ways against Stripe's own Node library: `oms provider` signs and it
# verifies, it signs and `oms up` believes or refuses. Skipped where npm cannot get the library.
set -euo pipefail
oms=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
command -v npm >/dev/null || { echo "skipped: it needs npm"; exit 77; }
folder=$(mktemp -d)
provider= shop=
trap 'kill $provider $shop 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
cp "$root/tests/e2e/stripe_signatures.mjs" "$folder"
cd "$folder"
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund stripe@23.1.0 ||
  { echo "skipped: npm cannot get Stripe's library"; exit 77; }

# url_in FILE: the address that a process has told there, once it is ready.
url_in() {
  local url
  for _ in {1..300}; do
    url=$(grep -so 'http://127[^ ]*' "$1" | head -n 1) && echo "$url" && return
    sleep 0.1
  done
  echo "$1 tells no address" >&2
  tail -n 20 "$folder"/*.txt >&2
  exit 1
}

webhook_port=$((20000 + $$ % 10000))
"$oms" provider --data "$folder/provider" --listen 127.0.0.1:0 \
  --webhook "http://127.0.0.1:$webhook_port/webhook" \
  >"$folder/provider.txt" 2>&1 &
provider=$!
url=$(url_in "$folder/provider.txt")
(umask 077 && printf 'whsec_new_%s\n%s\n' 1 "$(cat "$folder/provider/webhook.secret")" >secrets)
STRIPE_API_KEY=sk_test_1 OMS_STRIPE_WEBHOOK_SECRETS_FILE=$folder/secrets \
  "$oms" up --data "$folder/shop" --listen 127.0.0.1:0 --payments stripe --stripe-url "$url" \
  --kitchen-time 0 --delivery-time 0 --events-every 0 >"$folder/shop.txt" 2>&1 &
shop=$!
shop_url=$(url_in "$folder/shop.txt")

SHOP=$shop_url PROVIDER=$url WEBHOOK_PORT=$webhook_port \
  OLD_SECRET=$(cat "$folder/provider/webhook.secret") NEW_SECRET=whsec_new_1 \
  node stripe_signatures.mjs
