#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/http/exchange.h"
#include "base/result.h"
#include "base/time.h"
#include "messages/http.h"

namespace oms {

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: any free one
  std::size_t max_connections = 2048;
  std::size_t max_streams = 1024;  // of those connections
  std::size_t max_header_bytes = 16UL * 1024;
  std::size_t max_body_bytes = 64UL * 1024;
  std::size_t max_stream_bytes = 1024UL * 1024;      // queued for one slow reader
  Duration read_timeout = std::chrono::seconds(10);  // a head, a body, or the peer taking an answer
  Duration idle_timeout = std::chrono::seconds(60);  // between two requests
  Duration answer_timeout = std::chrono::seconds(30);       // of the handler; then 504
  Duration long_answer_timeout = std::chrono::minutes(10);  // of one that has said so
  Duration heartbeat = std::chrono::seconds(15);  // a comment on a stream that is silent so long
  Duration drain_timeout = std::chrono::seconds(10);  // how long `stop` waits for answers

  // Which requests are answered even when all connections are taken: probes. A few connections
  // over the bound are accepted for them; they answer one request, and 503 to any other.
  std::function<bool(const HttpRequest&)> is_probe = [](const HttpRequest&) { return false; };

  // Told of each answer that hides a failure (`HttpResponse::failure`), before it is written, with
  // the request's method and path: the place to log the cause and to say in the answer under which
  // id. Called on the I/O thread.
  using OnFailure = void(HttpResponse& answer, std::string_view method, std::string_view path);
  std::function<OnFailure> on_failure = [](HttpResponse&, std::string_view, std::string_view) {};

  // Told of what concerns no request: connections that cannot be accepted. Called on the I/O
  // thread.
  std::function<void(std::string_view)> report = [](std::string_view) {};
};

struct HttpServerStats {
  std::uint64_t connections = 0;  // now
  std::uint64_t streams = 0;      // now
  std::uint64_t accepted = 0;
  std::uint64_t turned_away = 0;  // over max_connections, and not for a probe
  std::uint64_t timed_out = 0;
  std::uint64_t answers_2xx = 0;
  std::uint64_t answers_3xx = 0;
  std::uint64_t answers_4xx = 0;
  std::uint64_t answers_5xx = 0;
};

// Called on the I/O thread for each request, which is within all bounds. It answers what is cheap
// at once, and hands everything else on; it must not block. HEAD arrives as the GET it stands for.
// OPTIONS arrives as a method like any other: the 405 and its Allow become a 204.
using HttpHandler = std::function<void(HttpRequest, HttpExchange)>;

// An HTTP/1.1 server: one I/O thread, keep-alive, pipelined requests one after the other.
// Everything is bounded: heads, bodies, connections, streams, and the time of each step. What is
// malformed is refused before the handler sees it, with application/problem+json.
class HttpServer {
 public:
  HttpServer(HttpServerOptions options, HttpHandler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();  // after `run` has returned

  // Binds, and answers the real port.
  Result<std::uint16_t> listen();

  // Serves until `stop`. The calling thread becomes the I/O thread.
  void run();

  // From any thread, but not from a signal handler: accept nothing more, end streams, let the
  // requests under way be answered (at most `drain_timeout`), then let `run` return.
  void stop();

  HttpServerStats stats() const;  // from any thread

  class Core;  // not for users: what is behind this

 private:
  std::unique_ptr<Core> core_;
};

}  // namespace oms
