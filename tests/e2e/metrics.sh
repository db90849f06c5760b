#!/usr/bin/env bash
# metrics.sh OMS: what a shop that has seen an order counts, judged by Prometheus's own tools; the
# dashboard and the alerts name only what there is; and one alert on its way, through Prometheus and
# Alertmanager, until it is over. Skipped where these are not installed.
set -euo pipefail
oms=$1
source=$(cd "$(dirname "$0")/../.." && pwd)
for program in promtool prometheus prometheus-alertmanager; do
  command -v $program >/dev/null || { echo "it needs $program"; exit 77; }
done
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$folder"' EXIT

fail() {
  echo "$1" >&2
  tail -n 20 "$folder"/*.txt >&2
  exit 1
}

# await WHAT COMMAND...: until the command succeeds.
await() {
  local what=$1
  shift
  for _ in {1..300}; do
    "$@" && return
    sleep 0.1
  done
  fail "$what"
}

free_port() {
  local port
  while port=$((RANDOM % 8000 + 44000)); (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null; do :; done
  echo $port
}

port=$(free_port)
url=http://127.0.0.1:$port
start_shop() {
  "$oms" up --data "$folder/shop" --listen "127.0.0.1:$port" --kitchen-time 50ms \
    --delivery-time 50ms >>"$folder/shop.txt" 2>&1 &
  shop=$!
  is_up() { curl -sf -o /dev/null "$url/readyz"; }
  await "the shop does not start" is_up
}
start_shop

order=$(curl -sS "$url/api/customers/c1/orders" --json '{"customer":{"name":"Ann",
  "email":"ann@example.com"},"items":[{"productID":"1","quantity":1}],"fulfilment":"delivery"}' |
  grep -o '"orderID":"[^"]*"' | cut -d '"' -f 4)
shown() { curl -sS "$url/api/customers/c1/orders/$order"; }
has_link() { shown | grep -q "/checkout/cs_"; }
await "no link" has_link
# What waits in the store is counted while somebody asks: an order is under way now.
sees_saga() { curl -sS "$url/metrics" | grep -q '^oms_sagas{saga="food",step="collect_payment"} 1'; }
await "the order under way is not counted" sees_saga
link=$(shown | grep -o "$url/checkout/cs_[0-9a-zA-Z_]*" | head -n 1)
curl -sS -f -o /dev/null "$link/pay" --json '{"card":"4242424242424242"}'
is_completed() { shown | grep -q '"status":"completed"'; }
await "the order does not end" is_completed

curl -sS "$url/metrics" >"$folder/scrape"
promtool check metrics <"$folder/scrape" >"$folder/check.txt" 2>&1 || fail "promtool finds faults"
[ ! -s "$folder/check.txt" ] || fail "promtool has remarks"
grep -q 'oms_http_requests_total{method="POST",route="/api/customers/{customerID}/orders",code="2xx"} 1' \
  "$folder/scrape" || fail "the order's request is not counted"
grep -q 'oms_effects_total{kind="payment_create_link",result="done"} 1' "$folder/scrape" ||
  fail "the payment's link is not counted"
! grep -q "$order\|c1\|ann@" "$folder/scrape" || fail "a label is made of what customers send"

# What the dashboard and the alerts name is there; a broker is between processes apart only.
cat "$source"/deploy/grafana/oms.json "$source"/deploy/prometheus/alerts.yml |
  grep -oE '\b(oms|process)_[a-z0-9_]+' | sed -E 's/_(bucket|count|sum)$//' | sort -u |
  while read -r name; do
    grep -q "^# TYPE $name " "$folder/scrape" || [ "$name" = oms_broker_unconfirmed_messages ] ||
      fail "nobody counts $name"
  done

promtool check rules "$source/deploy/prometheus/alerts.yml" >"$folder/rules.txt" ||
  fail "the alerts are not right"
(cd "$source/deploy/prometheus" && promtool test rules alerts_test.yml) >"$folder/tested.txt" ||
  fail "an alert's test fails"

# The same rules in seconds.
sed -E 's/for: [0-9]+[mh]/for: 1s/' "$source/deploy/prometheus/alerts.yml" >"$folder/alerts.yml"
watcher=$(free_port)
alerts=$(free_port)
cat >"$folder/prometheus.yml" <<CONFIG
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [alerts.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ['127.0.0.1:$alerts']}]}]}
scrape_configs: [{job_name: oms, static_configs: [{targets: ['127.0.0.1:$port']}]}]
CONFIG
echo 'route: {receiver: nobody}
receivers: [{name: nobody}]' >"$folder/alertmanager.yml"
prometheus-alertmanager --config.file="$folder/alertmanager.yml" --storage.path="$folder/alerts" \
  --web.listen-address="127.0.0.1:$alerts" --cluster.listen-address= >"$folder/am.txt" 2>&1 &
prometheus --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/tsdb" \
  --web.listen-address="127.0.0.1:$watcher" --rules.alert.resend-delay=1s \
  >"$folder/prom.txt" 2>&1 &
fires() {
  curl -s "http://127.0.0.1:$alerts/api/v2/alerts?active=true" | grep -q '"alertname":"OmsDown"'
}
is_scraped() {
  curl -s "http://127.0.0.1:$watcher/api/v1/query?query=up%7Bjob%3D%22oms%22%7D%3D%3D1" |
    grep -q '"instance":"127'
}
await "Prometheus does not scrape the shop" is_scraped
! fires || fail "it fires while the shop is up"
kill -9 $shop
await "nobody is told that the shop is down" fires
start_shop
is_over() { ! fires; }
await "the alert does not end" is_over
echo "OmsDown fired and was resolved"
