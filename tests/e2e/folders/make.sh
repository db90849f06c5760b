#!/usr/bin/env bash
# make.sh OMS: writes the folders of the version before, with its binary: ended.tar.gz, after a
# graceful end, and killed.tar.gz, after kill -9. Each customer has the name of what became of their
# order. Open links and idempotency keys last until 2036.
#
# Needs curl, openssl and a C compiler: a clock that can be set makes some orders old enough for the
# archive.
set -euo pipefail
oms=$(realpath "${1:?usage: make.sh OMS, the path of the binary before}")
out=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
data=$folder/data
server=
trap '[ -z "$server" ] || kill -9 "$server" || true; rm -rf "$folder"' EXIT

cc -shared -fPIC -o "$folder/clock.so" -x c - <<'C'
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec* time) {
  const long code = syscall(SYS_clock_gettime, clock, time);
  const char* days = getenv("CLOCK_DAYS");
  if (clock == CLOCK_REALTIME && days) time->tv_sec += 86400L * atol(days);
  return (int)code;
}
C

# start FLAG...: serves the folder, CLOCK_DAYS from now.
start() {
  rm -f "$data/server.json"
  LD_PRELOAD=$folder/clock.so OMS_KITCHEN_TIME=0 OMS_DELIVERY_TIME=0 \
    "$oms" up --data "$data" --listen 127.0.0.1:0 --retention 3650d "$@" >>"$folder/log.txt" 2>&1 &
  server=$!
  until curl -fsS -o /dev/null "$(url)/readyz" 2>/dev/null; do
    kill -0 "$server" || { cat "$folder/log.txt" >&2; exit 1; }
    sleep 0.05
  done
}
stop() {
  kill "-$1" "$server"
  wait "$server" || [ "$1" = KILL ]
  server=
}
url() { sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$data/server.json" 2>/dev/null; }

text() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }
call() { curl -sS "$(url)$1" "${@:2}"; }
admin() { call "/api/admin/$1" --fail-with-body -H "Authorization: Bearer $(cat "$data/operator.token")" "${@:2}"; }

# place CUSTOMER PRODUCT QUANTITY [WORD...]
place() {
  call "/api/customers/$1/orders" -f -o /dev/null "${@:4}" \
    --json "{\"items\":[{\"productID\":\"$2\",\"quantity\":$3}]}"
}
list() { call "/api/customers/$1/orders"; }
order_of() { list "$1" | text orderID; }
await() {
  for _ in {1..400}; do
    [ "$(list "$1" | text status)" != "$2" ] || return 0
    sleep 0.05
  done
  echo "$1 is not $2: $(list "$1")" >&2
  exit 1
}
pay() {
  await "$1" waiting_payment
  call "/checkout/$(list "$1" | text PaymentLink | sed 's,.*/checkout/,,')/pay" -o /dev/null -f \
    --json '{"card":"4242424242424242"}'
}
buy() { place "$@" && pay "$1"; }
cancel() { call "/api/customers/$1/orders/$(order_of "$1")/cancel" -X POST -o /dev/null; }

# tell_paid CUSTOMER AMOUNT: a webhook, signed as the provider signs, of a session that was paid.
tell_paid() {
  local now session body signature
  now=$(date +%s)
  session=$(list "$1" | text PaymentLink | sed 's,.*/checkout/,,')
  body="{\"id\":\"evt_$1\",\"object\":\"event\",\"created\":$now,\"type\":\"checkout.session.completed\"
    ,\"data\":{\"object\":{\"id\":\"$session\",\"client_reference_id\":\"$(order_of "$1")\"
    ,\"payment_status\":\"paid\",\"amount_total\":$2,\"currency\":\"usd\"}}}"
  signature=$(printf '%s.%s' "$now" "$body" |
    openssl dgst -sha256 -hmac "$(cat "$data/webhook.secret")" | sed 's/.* //')
  call /webhook -f -o /dev/null -H "Stripe-Signature: t=$now,v1=$signature" --json "$body"
}

keep() { tar -C "$data" --owner=0 --group=0 -cf - . | gzip -9n >"$out/$1.tar.gz"; }

# Forty days ago: what is in the archive.
CLOCK_DAYS=-40 start
for customer in archived_1 archived_2; do buy $customer 1 1; await $customer completed; done
place archived_3 1 1 && cancel archived_3
stop TERM

# Two days ago: what has ended since.
CLOCK_DAYS=-2 start --archive-after 7d
admin stock/1/restock -o /dev/null --json '{"quantity":25}'
call /api/customers/completed/orders -f -o /dev/null -H "Idempotency-Key: placed-before" --json '{
  "items":[{"productID":"1","quantity":2},{"productID":"ramen","quantity":1}],"customer":
  {"name":"Ada","email":"ada@example.com","phoneNumber":"+15550100"}}'
pay completed
for customer in completed_1 completed_2; do buy $customer 2 3; done
for customer in completed completed_1 completed_2; do await $customer completed; done
place cancelled_unpaid 1 1 && await cancelled_unpaid waiting_payment
cancel cancelled_unpaid && await cancelled_unpaid cancelled
admin stock/2 -o /dev/null -X PUT --json '{"onHand":2}'
place out_of_stock 2 3 && await out_of_stock cancelled
for _ in {1..100}; do [ "$(wc -l <"$data/archive.jsonl")" = 3 ] && break; sleep 0.1; done
stop TERM
CLOCK_DAYS=-2 start --payment-window 1s
place expired 1 1 && await expired cancelled
stop TERM

# Today: what is under way.
start --kitchen manual --delivery manual --payment-window 3650d
for customer in waiting waiting_wrong_webhook closing; do
  place $customer 1 1 && await $customer waiting_payment
done
tell_paid waiting_wrong_webhook 1
for customer in paid paid_2 preparing ready delivering failed rejected cancelled_paid refunding; do
  buy $customer margherita 1 && await $customer paid
done
for customer in preparing ready delivering failed; do
  admin "tickets/$(order_of $customer)/accept" -X POST -o /dev/null
done
for customer in ready delivering failed; do
  admin "tickets/$(order_of $customer)/ready" -X POST -o /dev/null && await $customer ready
done
for customer in delivering failed; do
  admin "deliveries/$(order_of $customer)/dispatch" -X POST -o /dev/null
  await $customer delivering
done
admin "deliveries/$(order_of failed)/fail" -X POST -o /dev/null
admin "tickets/$(order_of rejected)/reject" -X POST -o /dev/null && await rejected cancelled
cancel cancelled_paid && await cancelled_paid cancelled
stop TERM

# By themselves: one on the way, one that is cooked, one that waits for the only cook.
start --cooks 1 --delivery-time 15s
buy travelling margherita 1 && await travelling delivering
stop TERM
start --cooks 1 --kitchen-time 15s
buy cooking margherita 1 && await cooking preparing
buy queued margherita 1 && await queued paid
stop TERM

# And while the provider does not answer.
start --kitchen manual --delivery manual --payment-window 3650d --simulated-timeouts 100
cancel refunding
cancel closing
for customer in pending pending_2; do place $customer 1 2; done
sleep 1
stop TERM
"$oms" check --data "$data"
keep ended

# The same, and more when the process is killed. One window ends while nobody serves.
start --kitchen manual --delivery manual --payment-window 1m --simulated-timeouts 100
place killed 1 1
place killed_with_key 2 1 -H 'Idempotency-Key: placed-and-killed'
cancel paid_2
sleep 1
stop KILL
keep killed
ls -l "$out"
