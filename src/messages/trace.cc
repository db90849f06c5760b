#include "messages/trace.h"

#include <algorithm>
#include <span>

namespace oms {
namespace {

constexpr std::size_t text_size = 55;

constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Takes two hex digits for each byte from the front of `text`.
bool take_bytes(std::string_view& text, std::span<std::uint8_t> bytes) {
  for (auto& byte : bytes) {
    const int high = hex_value(text[0]);
    const int low = hex_value(text[1]);
    if (high < 0 || low < 0) return false;
    byte = static_cast<std::uint8_t>(high * 16 + low);
    text.remove_prefix(2);
  }
  return true;
}

bool take_dash(std::string_view& text) {
  if (text.front() != '-') return false;
  text.remove_prefix(1);
  return true;
}

bool is_zero(std::span<const std::uint8_t> bytes) {
  return std::ranges::all_of(bytes, [](auto byte) { return byte == 0; });
}

void write_bytes(std::span<const std::uint8_t> bytes, std::string& out) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const auto byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

}  // namespace

std::optional<Trace> parse_traceparent(std::string_view text) {
  if (text.size() < text_size) return std::nullopt;
  Trace trace;
  std::uint8_t version = 0;
  if (!take_bytes(text, {&version, 1}) || !take_dash(text) || !take_bytes(text, trace.trace_id) ||
      !take_dash(text) || !take_bytes(text, trace.span_id) || !take_dash(text) ||
      !take_bytes(text, {&trace.flags, 1})) {
    return std::nullopt;
  }
  const bool ends_well = text.empty() || (version > 0 && text.front() == '-');
  if (version == 0xFF || !ends_well) return std::nullopt;
  if (is_zero(trace.trace_id) || is_zero(trace.span_id)) return std::nullopt;
  return trace;
}

std::string to_traceparent(const Trace& trace) {
  std::string out = "00-";
  out.reserve(text_size);
  write_bytes(trace.trace_id, out);
  out += '-';
  write_bytes(trace.span_id, out);
  out += '-';
  write_bytes({&trace.flags, 1}, out);
  return out;
}

}  // namespace oms
