#!/usr/bin/env bash
# notices.sh OMS: a shop that really tells its customers: an email by a real server, and what a
# carrier reports of an SMS. Skipped where there is no Mailpit (`scripts/servers env`).
set -euo pipefail
oms=$1
[ -n "${TEST_MAILPIT:-}" ] || { echo "it needs Mailpit: scripts/servers up mailpit"; exit 77; }
folder=$(mktemp -d)
shop=
trap 'kill $shop 2>/dev/null || true; wait; rm -rf "$folder"' EXIT

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

# field NAME: of the JSON that comes in, the first text of that name.
field() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

# Nobody listens at this carrier: its SMS stay pending, and hold up no email.
status_url=https://shop.example/sms/status
OMS_SMTP_PASSWORD=oms-test OMS_TWILIO_AUTH_TOKEN=twilio-secret \
  "$oms" up --data "$folder/shop" --listen 127.0.0.1:0 --kitchen manual \
  --notices "$TEST_MAILPIT?cacert=$TEST_CA" --mail-from 'Der Laden <shop@shop.example>' \
  --sms "twilio://AC1?from=+15551234567&status=$status_url" --twilio-url http://127.0.0.1:1 \
  --language de --sms-kinds paid >"$folder/shop.txt" 2>&1 &
shop=$!
is_up() { grep -q 'http://127' "$folder/shop.txt"; }
await "the shop does not start" is_up
url=$(grep -o 'http://127[^ ]*' "$folder/shop.txt" | head -n 1)

address=zoe-$RANDOM$RANDOM@example.com
order=$(curl -sS "$url/api/customers/c1/orders" --json "{\"customer\":{\"name\":\"Zoë\",
  \"email\":\"$address\",\"phoneNumber\":\"+4915112345678\"},
  \"items\":[{\"productID\":\"1\",\"quantity\":2}],\"fulfilment\":\"delivery\"}" | field orderID)
shown() { curl -sS "$url/api/customers/c1/orders/$order"; }
has_link() { shown | grep -q "/checkout/cs_"; }
await "the order has no link" has_link
curl -sS -o /dev/null -f "$(shown | grep -o "$url/checkout/cs_[0-9a-zA-Z_]*" | head -n 1)/pay" \
  --json '{"card":"4242424242424242"}' || fail "it was not paid"

found() {
  mail=$(curl -sS "$TEST_MAILPIT_CONSOLE/api/v1/search?query=to:$address" | field ID)
  [ -n "$mail" ]
}
await "there is no email" found
curl -sS "$TEST_MAILPIT_CONSOLE/api/v1/message/$mail" >"$folder/mail.json"
grep -q '"Subject":"Bestellung [0-9]* ist bezahlt"' "$folder/mail.json" || fail "it is not German"
grep -q "\"MessageID\":\"$order-paid-email@shop.example\"" "$folder/mail.json" || fail "its id"
curl -sS "$TEST_MAILPIT_CONSOLE/view/$mail.html" | grep -q 'Guten Tag Zoë' || fail "it has no page"

is_shown() { shown | grep -q "{\"kind\":\"paid\",\"channel\":\"$1\",\"status\":\"$2\"}"; }
await "the order does not show that the email was sent" is_shown email sent
is_shown sms pending || fail "the SMS is not pending"

# report STATUS TOKEN: as the carrier does; prints the answer's code.
report() {
  local query="order=$order&kind=paid" signature
  signature=$(printf '%s' "$status_url?${query}MessageStatus$1" |
    openssl dgst -sha1 -hmac "$2" -binary | base64)
  curl -sS -o /dev/null -w '%{http_code}' "$url/sms/status?$query" -d "MessageStatus=$1" \
    -H "X-Twilio-Signature: $signature"
}
[ "$(report delivered guessed)" = 401 ] || fail "a forged report was taken"
[ "$(report sending twilio-secret)" = 204 ] || fail "a report was not taken"
is_shown sms pending || fail "it has not arrived yet"
[ "$(report delivered twilio-secret)" = 204 ] || fail "a report was not taken"
await "the order does not show that the SMS was delivered" is_shown sms delivered

"$oms" notices preview cancelled --language de | grep -q 'Ihre Bestellung wurde storniert' ||
  fail "there is no preview"
"$oms" check --data "$folder/shop" >"$folder/check.txt" 2>&1 || fail "oms check is not content"
"$oms" config --data "$folder/shop" >"$folder/config.txt"
grep -e oms-test -e twilio-secret "$folder"/*.txt && fail "a secret is in a log"
grep -e "$address" -e 15112345678 "$folder/shop.txt" && fail "an address is in the log"
echo "A customer was told by email, and the carrier's report was taken."
