#include "adapters/http/answer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "adapters/http/http1.h"

namespace oms::http1 {
namespace {

struct Phrase {
  int status;
  std::string_view text;
};

// RFC 9110, section 15, by status.
constexpr std::array phrases{
    Phrase{100, "Continue"},
    Phrase{200, "OK"},
    Phrase{201, "Created"},
    Phrase{202, "Accepted"},
    Phrase{204, "No Content"},
    Phrase{303, "See Other"},
    Phrase{304, "Not Modified"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{402, "Payment Required"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{406, "Not Acceptable"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{410, "Gone"},
    Phrase{412, "Precondition Failed"},
    Phrase{413, "Content Too Large"},
    Phrase{414, "URI Too Long"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{417, "Expectation Failed"},
    Phrase{421, "Misdirected Request"},
    Phrase{422, "Unprocessable Content"},
    Phrase{428, "Precondition Required"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{502, "Bad Gateway"},
    Phrase{503, "Service Unavailable"},
    Phrase{504, "Gateway Timeout"},
    Phrase{505, "HTTP Version Not Supported"},
};

constexpr std::string_view page_policy =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'\r\n";

void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

// A control character in a value would let its author write fields of his own.
void append_safely(std::string& out, std::string_view value) {
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < 0x20 || byte == 0x7f ? ' ' : c);
  }
}

bool is_framing(std::string_view name) {
  switch (name.size()) {
    case 10:
      return equals_ignoring_case(name, "connection");
    case 12:
      return equals_ignoring_case(name, "content-type");
    case 14:
      return equals_ignoring_case(name, "content-length");
    case 17:
      return equals_ignoring_case(name, "transfer-encoding");
    default:
      return false;
  }
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  append_safely(out, value);
  out.append("\r\n");
}

void append_start(std::string& out, int status, std::string_view common) {
  if (status == 200) {
    out.append("HTTP/1.1 200 OK\r\n");
  } else {
    out.append("HTTP/1.1 ");
    append_number(out, static_cast<std::uint64_t>(status));
    out.append(" ").append(reason_phrase(status)).append("\r\n");
  }
  out.append(common);
}

void append_fields(std::string& out, const HttpResponse& answer) {
  bool cache_control = false;
  for (const auto& [name, value] : answer.headers) {
    if (is_framing(name) || !is_token(name)) continue;
    cache_control |= equals_ignoring_case(name, "cache-control");
    append_field(out, name, value);
  }
  if (!cache_control) out.append("Cache-Control: no-store\r\n");
}

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace

std::string common_fields(std::time_t now) {
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> date;
  const auto size = std::strftime(date.data(), date.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  std::string text = "Date: ";
  text.append(date.data(), size);
  text.append("\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n");
  return text;
}

void write_answer(std::string& out, const HttpResponse& answer, const AnswerShape& shape,
                  std::string_view common) {
  append_start(out, answer.status, common);
  append_fields(out, answer);
  if (!shape.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (shape.http_1_0) {
    out.append("Connection: keep-alive\r\n");
  }
  if (!may_have_body(answer.status)) {
    out.append("\r\n");
    return;
  }
  if (!answer.content_type.empty()) append_field(out, "Content-Type", answer.content_type);
  if (answer.content_type.starts_with("text/html")) out.append(page_policy);
  out.append("Content-Length: ");
  append_number(out, answer.body.size());
  out.append("\r\n\r\n");
  if (!shape.head_only) out.append(answer.body);
}

void write_stream_head(std::string& out, const HttpResponse& head, std::string_view common) {
  append_start(out, head.status, common);
  append_fields(out, head);
  append_field(out, "Content-Type", head.content_type);
  out.append("X-Accel-Buffering: no\r\nConnection: close\r\n\r\n");
}

HttpResponse problem(int status, std::string_view detail) {
  HttpResponse answer;
  answer.status = status;
  answer.content_type = "application/problem+json";
  answer.body = R"({"type":"about:blank","title":")";
  answer.body.append(reason_phrase(status)).append(R"(","status":)");
  append_number(answer.body, static_cast<std::uint64_t>(status));
  answer.body.append(R"(,"detail":")").append(detail).append("\"}");
  if (status == 503) answer.headers.emplace_back("Retry-After", "1");
  return answer;
}

HttpResponse problem(int status, std::string_view detail, Error cause) {
  auto answer = problem(status, detail);
  answer.failure = std::make_shared<const Error>(std::move(cause));
  return answer;
}

HttpResponse allowed_methods(const HttpResponse& refusal) {
  return {.status = 204, .content_type = {}, .headers = refusal.headers};
}

std::string_view reason_phrase(int status) {
  const auto found = std::ranges::lower_bound(phrases, status, {}, &Phrase::status);
  return found != phrases.end() && found->status == status ? found->text : "Unnamed";
}

}  // namespace oms::http1
