#include "adapters/curl/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <future>

#include "adapters/curl/event_reader.h"

namespace oms {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

constexpr std::string_view scheme = "http://";

bool is_origin(const std::string& base) {
  const std::unique_ptr<CURLU, FreeUrl> url{curl_url()};
  return base.find_first_of("/?#@ \r\n", scheme.size()) == std::string::npos &&
         curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) == CURLUE_OK;
}

// Nothing that ends a line, and so begins another header or request.
Result<void> check(const curl::Call& call, std::string_view path) {
  const auto is_visible = [](char c) { return c > 0x20 && c < 0x7f; };
  if (!path.starts_with('/') || !std::ranges::all_of(path, is_visible) ||
      !std::ranges::all_of(call.method, is_visible)) {
    return fail(ErrorKind::invalid, "not a method and a percent-encoded path: " + call.method +
                                        " " + std::string(path));
  }
  for (const auto& [name, value] : call.headers) {
    if (name.empty() || !std::ranges::all_of(name, is_visible) ||
        value.find_first_of(std::string_view("\r\n\0", 3)) != value.npos) {
      return fail(ErrorKind::invalid, "not a header that can be sent: " + name);
    }
  }
  return {};
}

}  // namespace

Result<HttpClient> HttpClient::to(std::string_view base) {
  return to(base, Options{});
}

Result<HttpClient> HttpClient::to(std::string_view base, Options options) {
  std::string url(base);
  if (!base.starts_with(scheme)) {
    return fail(ErrorKind::invalid, "the server's address must begin with http://: " + url);
  }
  if (base.size() > scheme.size() && base.ends_with('/')) base.remove_suffix(1);
  std::string origin(base);
  if (!is_origin(origin)) {
    return fail(ErrorKind::invalid, "the server's address must be http://host:port, not " + url);
  }
  return HttpClient(std::move(origin), options);
}

Result<HttpResponse> HttpClient::make(curl::Call call) const {
  OMS_CHECK(check(call, std::string_view(call.url).substr(base_.size())));
  call.timeout = options_.timeout;
  curl::Client client({.connect_timeout = options_.timeout,
                       .max_body_bytes = options_.max_body_bytes,
                       .uses_proxy = false});
  std::promise<Result<HttpResponse>> told;
  client.send(std::move(call),
              [&](Result<HttpResponse> result) { told.set_value(std::move(result)); });
  return told.get_future().get();
}

Result<HttpResponse> HttpClient::send(std::string_view method, std::string_view path,
                                      const Headers& headers, std::string_view body) const {
  return make({.method = std::string(method),
               .url = base_ + std::string(path),
               .headers = headers,
               .body = std::string(body)});
}

Result<HttpResponse> HttpClient::follow_events(std::string_view path, const Headers& headers,
                                               const OnEvent& on_event) const {
  EventReader events;
  curl::Call call{.url = base_ + std::string(path), .headers = headers};
  call.headers.emplace_back("Accept", "text/event-stream");
  const auto is_too_long = [&] { return events.held_bytes() > options_.max_body_bytes; };
  call.stream = {
      .on_part =
          [&](std::string_view part) { return events.feed(part, on_event) && !is_too_long(); },
      .silence = options_.silence};
  auto ended = make(std::move(call));
  if (is_too_long()) return fail(ErrorKind::too_large, "an event is too long");
  return ended;
}

}  // namespace oms
