#!/usr/bin/env bash
# provider.sh OMS: an order over two processes, `oms provider` and `oms up --payments stripe`.
set -euo pipefail
oms=$1
folder=$(mktemp -d)
provider= shop=
trap 'kill $provider $shop 2>/dev/null || true; wait; rm -rf "$folder"' EXIT

fail() {
  echo "$1" >&2
  tail -n 20 "$folder"/*.txt >&2
  exit 1
}

# url_in FILE: the address that a process has told there, once it is ready.
url_in() {
  local url
  for _ in {1..300}; do
    url=$(grep -so 'http://127[^ ]*' "$1" | head -n 1) && echo "$url" && return
    sleep 0.1
  done
  fail "$1 tells no address"
}

# start_provider LISTEN WORD...
start_provider() {
  "$oms" provider --data "$folder/provider" --listen "$@" >"$folder/provider.txt" 2>&1 &
  provider=$!
  url=$(url_in "$folder/provider.txt")
}

# place: an order, until it waits for its payment.
place() {
  id=$(curl -sS "$shop_url/api/customers/c1/orders" \
    --json '{"items":[{"productID":"1","quantity":2}],"fulfilment":"delivery"}' |
    grep -o '"orderID":"[^"]*"' | head -n 1 | cut -d '"' -f 4)
  await waiting_payment
  link=$(grep -o "$url/checkout/cs_test_[0-9a-f]*" <<<"$order" | head -n 1)
}

# pay: by its link.
pay() {
  curl -sS -o /dev/null -f "$link/pay" --json '{"card":"4242424242424242"}' || fail "it was not paid"
}

# reconcile CODE WORD...: the exit code that it must have.
reconcile() {
  local wanted=$1 code=0
  shift
  "$oms" reconcile --data "$folder/shop" "$@" >"$folder/reconcile.txt" 2>&1 || code=$?
  [ "$code" = "$wanted" ] || fail "oms reconcile $* ends with $code, not $wanted"
}

# await STATUS: waits until the order is in it.
await() {
  for _ in {1..200}; do
    order=$(curl -sS "$shop_url/api/customers/c1/orders/$id")
    [[ $order == *"\"status\":\"$1\""* ]] && return
    sleep 0.1
  done
  fail "the order is not $1: $order"
}

start_provider 127.0.0.1:0
OMS_STRIPE_KEY=sk_test_1 OMS_STRIPE_WEBHOOK_SECRET=$(cat "$folder/provider/webhook.secret") \
  "$oms" up --data "$folder/shop" --listen 127.0.0.1:0 --payments stripe --stripe-url "$url" \
  --kitchen-time 0 --delivery-time 0 --reconcile-grace 0 >"$folder/shop.txt" 2>&1 &
shop=$!
shop_url=$(url_in "$folder/shop.txt")

# Again, now that it is known who wants to be told.
kill "$provider" && wait "$provider"
start_provider "${url#http://}" --webhook "$shop_url/webhook"

place
curl -sS -o /dev/null -f "$link" || fail "the payment page is not there"
pay
await completed
curl -sS "$url/v1/charges" -H 'Authorization: Bearer sk_test_1' | grep -q '"amount_refunded":0' ||
  fail "the provider knows of no charge"
reconcile 0

# A provider that tells nobody: the webhook is lost, and its list of charges is not.
place
kill "$provider" && wait "$provider"
start_provider "${url#http://}"
pay
reconcile 7
grep -q "unrecorded_capture: order $id" "$folder/reconcile.txt" || fail "it is not explained"
reconcile 0 --repair
await completed
reconcile 0
grep -q sk_test_1 "$folder"/*.txt && fail "the key is in a log"
echo "An order was paid over two processes."
