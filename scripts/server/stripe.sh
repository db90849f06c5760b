# stripe-mock: Stripe's paths, each call checked against Stripe's own OpenAPI description; it keeps
# nothing. It refuses an API version other than its own. Built from its Go module.
version=v0.203.0
plain=$((port + 70)) secure=$((port + 71))
ports="$plain $secure"
url="http://127.0.0.1:$plain"
program=$cache/stripe-mock-$version

install_server() {
  [ ! -x "$program" ] || return 0
  command -v go >/dev/null || unavailable "it needs Go (https://go.dev, or Debian's golang-go)"
  say "building stripe-mock $version"
  rm -rf "$folder/go"
  GOBIN="$folder/go" GOFLAGS=-mod=mod timeout 300 go install -p 2 \
    "github.com/stripe/stripe-mock@$version" >"$folder/go.log" 2>&1 ||
    unavailable "Go could not build it, see $folder/go.log"
  mv "$folder/go/stripe-mock" "$program"
}

start() {
  launch server "$program" -strict-version-check -http-addr "127.0.0.1:$plain" \
    -https-addr "127.0.0.1:$secure"
}

is_ready() {
  curl -fsS -m 3 -o /dev/null -H 'Authorization: Bearer sk_test_oms' "$url/v1/charges" 2>/dev/null
}
