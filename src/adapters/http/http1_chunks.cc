#include <algorithm>
#include <charconv>

#include "adapters/http/http1.h"

namespace oms::http1 {
namespace {

// Enough for a size and a modest extension; more is an attack.
constexpr std::size_t max_line = 256;
constexpr std::size_t max_trailers = 4096;

std::unexpected<Refusal> malformed() {
  return std::unexpected(Refusal{400, "The chunked body is malformed."});
}

}  // namespace

Parsed<std::size_t> ChunkDecoder::feed(std::string_view bytes, std::string& body,
                                       std::size_t limit) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !done()) {
    if (state_ == State::data) {
      const auto size =
          static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - taken));
      body.append(bytes.substr(taken, size));
      taken += size;
      left_ -= size;
      if (left_ == 0) state_ = State::data_end;
      continue;
    }
    const char c = bytes[taken++];
    if (c != '\n') {
      line_.push_back(c);
      if (line_.size() > max_line) return malformed();
      continue;
    }
    if (line_.empty() || line_.back() != '\r') return malformed();
    line_.pop_back();
    if (auto ended = end_line(); !ended) return std::unexpected(ended.error());
    line_.clear();
    if (state_ == State::data && left_ > limit - std::min(limit, body.size())) {
      return std::unexpected(Refusal{413, "The body is larger than this server accepts."});
    }
  }
  return taken;
}

Parsed<void> ChunkDecoder::end_line() {
  if (line_.find('\r') != std::string::npos) return malformed();
  switch (state_) {
    case State::size_line:
      return read_size();
    case State::data_end:
      if (!line_.empty()) return malformed();
      state_ = State::size_line;
      return {};
    default:
      trailer_bytes_ += line_.size();
      if (trailer_bytes_ > max_trailers) return malformed();
      if (line_.empty()) state_ = State::done;
      return {};
  }
}

Parsed<void> ChunkDecoder::read_size() {
  const auto* end = line_.data() + line_.size();
  const auto [rest, error] = std::from_chars(line_.data(), end, left_, 16);
  if (error != std::errc{}) return malformed();
  const auto extension = trim(std::string_view(rest, end));
  if (!extension.empty() && extension.front() != ';') return malformed();
  state_ = left_ == 0 ? State::trailers : State::data;
  return {};
}

}  // namespace oms::http1
