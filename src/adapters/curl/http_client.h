#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/curl/client.h"
#include "base/result.h"
#include "base/time.h"
#include "messages/http.h"

namespace oms {

// One event of a `text/event-stream`.
struct ServerEvent {
  std::string id;  // the last one seen on the stream, as the standard has it
  std::string event = "message";
  std::string data;
};

// A blocking HTTP client for the command line: one connection for each request, plain HTTP only,
// through no proxy. Failures to connect, to be answered in time, or to understand the answer are
// errors; an answer of any status is a result.
class HttpClient {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;
  // False ends the stream.
  using OnEvent = std::function<bool(const ServerEvent&)>;

  struct Options {
    Duration timeout = std::chrono::seconds(30);  // to connect, send and be answered
    Duration silence = std::chrono::seconds(60);  // on an event stream
    std::size_t max_body_bytes = 64UL * 1024 * 1024;
  };

  // `base` is "http://host[:port]", with or without a slash at its end.
  static Result<HttpClient> to(std::string_view base);
  static Result<HttpClient> to(std::string_view base, Options options);

  // `path` with its query, percent-encoded. Names of the response's headers are in lower case.
  Result<HttpResponse> send(std::string_view method, std::string_view path,
                            const Headers& headers = {}, std::string_view body = {}) const;

  // Reads the events of `path` until the server ends the stream, `on_event` answers false, or
  // nothing comes for too long. `on_event` is called on another thread, while this one waits. The
  // result is what a status other than 200 said, or the stream's own head. To resume, send the last
  // event's id as Last-Event-ID.
  Result<HttpResponse> follow_events(std::string_view path, const Headers& headers,
                                     const OnEvent& on_event) const;

 private:
  HttpClient(std::string base, Options options) : base_(std::move(base)), options_(options) {}

  Result<HttpResponse> make(curl::Call call) const;

  std::string base_;  // without a slash at its end
  Options options_;
};

}  // namespace oms
