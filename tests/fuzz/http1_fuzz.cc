// Whatever the bytes are and in whatever pieces they come, a head ends in a request or a refusal,
// the same for all pieces; and so does a chunked body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "adapters/http/authority.h"
#include "adapters/http/http1.h"

namespace {

using namespace oms::http1;

constexpr Limits limits{.head_bytes = 512, .body_bytes = 256, .headers = 16};

void require(bool holds) {
  if (!holds) std::abort();
}

// A host is written in one way only, however often it is read.
void require_normal(const std::string& host) {
  if (host.empty()) return;
  const auto again = parse_authority(host);
  require(again && again->host == host && !again->port);
  require(!is_loopback(host) || is_address(host) || host.ends_with("localhost"));
}

// The head's size when its bytes come `piece` at a time; 0 if it has no end, or is refused.
std::size_t end_of_head(std::string_view bytes, std::size_t piece) {
  HeadScanner scanner;
  for (std::size_t seen = 0; seen < bytes.size();) {
    seen = std::min(bytes.size(), seen + piece);
    const auto end = scanner.find_end(bytes.substr(0, seen), limits);
    if (!end) return 0;
    if (*end > 0) return *end;
  }
  return 0;
}

void read_head(std::string_view bytes) {
  const auto end = end_of_head(bytes, bytes.size());
  require(end <= std::min(bytes.size(), limits.head_bytes));
  require(end_of_head(bytes, 1) == end);
  require(end_of_head(bytes, 7) == end);
  if (end == 0) return;
  const auto head = parse_head(bytes.substr(0, end), limits);
  if (!head) return require(head.error().status >= 400);
  require(head->content_length <= limits.body_bytes);
  require(!(head->chunked && head->content_length > 0));
  require(head->request.path.starts_with('/') || head->request.path == "*");
  require(head->request.path != "*" || head->asks_methods);
  require(is_utf8(head->request.path) && !head->request.path.contains("//"));
  require_normal(head->request.host);
}

// The body when its bytes come `piece` at a time, and how many it took; refused: nothing.
std::string body_of(std::string_view bytes, std::size_t piece) {
  ChunkDecoder decoder;
  std::string body;
  std::size_t taken = 0;
  while (taken < bytes.size() && !decoder.done()) {
    const auto part = bytes.substr(taken, piece);
    const auto took = decoder.feed(part, body, limits.body_bytes);
    require(body.size() <= limits.body_bytes);
    if (!took) return {};
    require(*took <= part.size() && (*took == part.size() || decoder.done()));
    taken += *took;
  }
  return decoder.done() ? body + std::to_string(taken) : std::string{};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  if (bytes.empty()) return 0;
  read_head(bytes);
  const auto body = body_of(bytes, bytes.size());
  require(body_of(bytes, 1) == body && body_of(bytes, 5) == body);
  if (const auto target = parse_target(bytes)) require(is_utf8(target->path));
  if (const auto authority = parse_authority(bytes)) require_normal(authority->host);
  return 0;
}
