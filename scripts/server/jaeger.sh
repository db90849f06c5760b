# Jaeger 1.76 from its Go module: takes traces by OTLP/HTTP, keeps them in memory, and tells of them
# by its query API.
version=v1.76.0
otlp=$((port + 51)) query=$((port + 52)) admin=$((port + 54))
ports="$((port + 50)) $otlp $query $((port + 53)) $admin $((port + 55)) $((port + 56))"
url="http://127.0.0.1:$otlp"
console="http://127.0.0.1:$query"
program=$cache/jaeger-$version

# Half of Jaeger's build is a client for a store that is not used here: this stands in its place.
without_elasticsearch() {
  mkdir -p es/esapi
  printf 'module github.com/elastic/go-elasticsearch/v9\n\ngo 1.24\n' >es/go.mod
  cat >es/client.go <<'GO'
package elasticsearch

import (
	"errors"
	"net/http"

	"github.com/elastic/go-elasticsearch/v9/esapi"
)

type Config struct {
	Addresses            []string
	Username             string
	Password             string
	DiscoverNodesOnStart bool
	CompressRequestBody  bool
	Header               http.Header
	Transport            http.RoundTripper
}

type Client struct{ Indices *esapi.Indices }

func NewClient(Config) (*Client, error) { return nil, errors.New("left out of this build") }
GO
  cat >es/esapi/indices.go <<'GO'
package esapi

import (
	"errors"
	"io"
)

type Response struct{ StatusCode int }

func (*Response) String() string { return "" }

type Indices struct{}

func (*Indices) PutIndexTemplate(string, io.Reader) (*Response, error) {
	return nil, errors.New("left out of this build")
}
GO
  printf '\nreplace github.com/elastic/go-elasticsearch/v9 => ./es\n' >>go.mod
}

# Its module replaces others, which `go install` refuses: it is built from a module around it.
build() {
  printf 'module around/jaeger\n\ngo 1.26\n' >go.mod
  without_elasticsearch
  export GOFLAGS="-mod=mod -buildvcs=false" GOWORK=off
  local package=github.com/jaegertracing/jaeger/cmd/all-in-one
  timeout 1500 nice -n 10 go get "$package@$version" &&
    timeout 1500 nice -n 10 go build -p "${SERVERS_JOBS:-2}" -trimpath -ldflags '-s -w' \
      -o jaeger "$package"
}

install_server() {
  [ ! -x "$program" ] || return 0
  command -v go >/dev/null || unavailable "it needs Go 1.26 (https://go.dev/dl)"
  say "building Jaeger $version, which takes four minutes"
  rm -rf "$folder/build" && mkdir -p "$folder/build"
  (cd "$folder/build" && build) >"$folder/go.log" 2>&1 9>&- ||
    unavailable "Go could not build it, see $folder/go.log"
  mv "$folder/build/jaeger" "$program"
}

start() {
  local at=127.0.0.1
  SPAN_STORAGE_TYPE=memory launch server "$program" --memory.max-traces=20000 \
    --collector.otlp.enabled=true --collector.otlp.http.host-port="$at:$otlp" \
    --collector.otlp.grpc.host-port="$at:$((port + 50))" \
    --query.http-server.host-port="$at:$query" --query.grpc-server.host-port="$at:$((port + 53))" \
    --admin.http.host-port="$at:$admin" \
    --collector.grpc-server.host-port="$at:$((port + 55))" \
    --collector.http-server.host-port="$at:$((port + 56))"
}

is_ready() {
  port_is_taken $otlp && curl -sf -m 3 -o /dev/null "$console/api/services"
}
