#include "adapters/http/client.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "adapters/http/client_socket.h"
#include "adapters/http/event_reader.h"
#include "adapters/http/http1.h"

namespace oms {
namespace {

constexpr std::size_t max_head = 64UL * 1024;

struct AnswerHead {
  HttpResponse response = {};
  std::size_t size = 0;
  bool chunked = false;
  std::optional<std::size_t> length;  // neither: the body ends with the connection
};

std::unexpected<Error> not_http() {
  return fail(ErrorKind::unavailable, "the server's answer is not HTTP");
}

Result<void> read_field(std::string_view line, AnswerHead& head) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !http1::is_token(line.substr(0, colon))) return not_http();
  std::string name(line.substr(0, colon));
  for (auto& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const auto value = http1::trim(line.substr(colon + 1));
  if (name == "content-length") {
    std::size_t length = 0;
    const auto* end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, length);
    if (read.ec != std::errc{} || read.ptr != end) return not_http();
    head.length = length;
  } else if (name == "transfer-encoding") {
    head.chunked = true;
  } else if (name == "content-type") {
    head.response.content_type = value;
  }
  head.response.headers.emplace_back(std::move(name), value);
  return {};
}

// Nothing: the head has not come as a whole.
Result<std::optional<AnswerHead>> read_head(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (bytes.size() > max_head) return not_http();
    return std::nullopt;
  }
  AnswerHead head;
  head.size = end + 4;
  auto line = bytes.substr(0, bytes.find("\r\n"));
  if (!line.starts_with("HTTP/1.") || line.size() < 12) return not_http();
  const auto status = std::from_chars(line.data() + 9, line.data() + 12, head.response.status);
  if (status.ec != std::errc{} || status.ptr != line.data() + 12) return not_http();
  head.response.content_type.clear();
  auto rest = bytes.substr(line.size() + 2, end + 2 - (line.size() + 2));
  while (!rest.empty()) {
    line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(line.size() + 2);
    OMS_CHECK(read_field(line, head));
  }
  const int code = head.response.status;
  if (code < 200 || code == 204 || code == 304) head.length = 0;
  return head;
}

// Reads heads until one is final; what follows it stays in `bytes`.
Result<AnswerHead> receive_head(ClientSocket& socket, std::string& bytes,
                                ClientSocket::Clock::time_point deadline) {
  for (;;) {
    OMS_TRY(auto head, read_head(bytes));
    if (head) {
      bytes.erase(0, head->size);
      if (head->response.status >= 200) return *std::move(head);
      continue;
    }
    OMS_TRY(const auto size, socket.read(bytes, deadline));
    if (size == 0) return fail(ErrorKind::unavailable, "the server closed without an answer");
  }
}

std::unexpected<Error> broken_off() {
  return fail(ErrorKind::unavailable, "the server's answer broke off");
}

std::unexpected<Error> too_long() {
  return fail(ErrorKind::too_large, "the server's answer is too long");
}

// Hands on the body, decoded, piece by piece, until it ends or `take` answers false.
Result<void> receive_body(ClientSocket& socket, const AnswerHead& head, std::string bytes,
                          const std::function<ClientSocket::Clock::time_point()>& deadline,
                          const std::function<Result<bool>(std::string_view)>& take) {
  http1::ChunkDecoder chunks;
  std::size_t left = head.length.value_or(std::numeric_limits<std::size_t>::max());
  for (;;) {
    std::string decoded;
    if (head.chunked) {
      const auto fed = chunks.feed(bytes, decoded, std::numeric_limits<std::size_t>::max());
      if (!fed) return not_http();
    } else {
      decoded = bytes.substr(0, left);
      left -= decoded.size();
    }
    if (!decoded.empty()) {
      OMS_TRY(const bool go_on, take(decoded));
      if (!go_on) return {};
    }
    if (head.chunked ? chunks.done() : left == 0) return {};
    bytes.clear();
    OMS_TRY(const auto size, socket.read(bytes, deadline()));
    if (size == 0) {
      if (head.chunked || head.length) return broken_off();
      return {};
    }
  }
}

}  // namespace

Result<HttpClient> HttpClient::to(std::string_view base) {
  return to(base, Options{});
}

Result<HttpClient> HttpClient::to(std::string_view base, Options options) {
  const std::string url(base);
  if (!base.starts_with("http://")) {
    return fail(ErrorKind::invalid, "the server's address must begin with http://: " + url);
  }
  base.remove_prefix(7);
  if (base.ends_with('/')) base.remove_suffix(1);
  const auto bracket = base.starts_with('[') ? base.find(']') : 0;  // of an IPv6 address
  const auto colon = bracket == base.npos ? base.npos : base.find(':', bracket);
  auto host = base.substr(0, colon);
  if (bracket != 0 && bracket != base.npos) host = host.substr(1, bracket - 1);
  const auto port = colon == base.npos ? std::string_view("80") : base.substr(colon + 1);
  if (bracket == base.npos || host.empty() || base.find_first_of("/?#@ \r\n") != base.npos ||
      port.empty() || port.find_first_not_of("0123456789") != port.npos) {
    return fail(ErrorKind::invalid, "the server's address must be http://host:port, not " + url);
  }
  HttpClient client(options);
  client.authority_ = base;
  client.host_ = host;
  client.port_ = port;
  return client;
}

Result<std::string> HttpClient::compose(std::string_view method, std::string_view path,
                                        const Headers& headers, std::string_view body) const {
  const auto is_visible = [](char c) { return c > 0x20 && c < 0x7f; };
  if (!http1::is_token(method) || !path.starts_with('/') ||
      !std::ranges::all_of(path, is_visible)) {
    return fail(ErrorKind::invalid, "not a method and a percent-encoded path: " +
                                        std::string(method) + " " + std::string(path));
  }
  std::string request(method);
  request.append(" ").append(path).append(" HTTP/1.1\r\nHost: ").append(authority_);
  request.append("\r\nConnection: close\r\n");
  for (const auto& [name, value] : headers) {
    if (!http1::is_token(name) ||
        value.find_first_of(std::string_view("\r\n\0", 3)) != value.npos) {
      return fail(ErrorKind::invalid, "not a header that can be sent: " + name);
    }
    request.append(name).append(": ").append(value).append("\r\n");
  }
  if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  }
  request.append("\r\n").append(body);
  return request;
}

Result<HttpResponse> HttpClient::send(std::string_view method, std::string_view path,
                                      const Headers& headers, std::string_view body) const {
  const auto deadline = ClientSocket::Clock::now() + options_.timeout;
  OMS_TRY(const auto request, compose(method, path, headers, body));
  OMS_TRY(auto socket, ClientSocket::connect(host_, port_, deadline));
  const auto written = socket.write(request, deadline);
  std::string bytes;
  auto received = receive_head(socket, bytes, deadline);
  // A server may refuse a body that it has not read: its answer says more than the broken write.
  if (!received) return std::unexpected(written ? received.error() : written.error());
  auto& head = *received;
  if (method == "HEAD") return std::move(head.response);
  std::string answer;
  OMS_CHECK(receive_body(
      socket, head, std::move(bytes), [&] { return deadline; },
      [&](std::string_view part) -> Result<bool> {
        answer.append(part);
        if (answer.size() <= options_.max_body_bytes) return true;
        return too_long();
      }));
  head.response.body = std::move(answer);
  return std::move(head.response);
}

Result<HttpResponse> HttpClient::follow_events(std::string_view path, const Headers& headers,
                                               const OnEvent& on_event) const {
  const auto start = ClientSocket::Clock::now() + options_.timeout;
  auto all_headers = headers;
  all_headers.emplace_back("Accept", "text/event-stream");
  OMS_TRY(const auto request, compose("GET", path, all_headers, {}));
  OMS_TRY(auto socket, ClientSocket::connect(host_, port_, start));
  OMS_CHECK(socket.write(request, start));
  std::string bytes;
  OMS_TRY(auto head, receive_head(socket, bytes, start));
  EventReader events;
  auto& response = head.response;
  const bool is_stream = response.content_type.starts_with("text/event-stream");
  OMS_CHECK(receive_body(
      socket, head, std::move(bytes), [&] { return ClientSocket::Clock::now() + options_.silence; },
      [&](std::string_view part) -> Result<bool> {
        const bool go_on = !is_stream || events.feed(part, on_event);
        if (!is_stream) response.body.append(part);
        if (response.body.size() + events.held_bytes() > options_.max_body_bytes) return too_long();
        return go_on;
      }));
  return std::move(response);
}

}  // namespace oms
