#include "messages/trace.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "base/mix.h"

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

constexpr std::uint64_t root_salt = 0x9E3779B97F4A7C15U;
constexpr std::uint64_t send_salt = 0xC2B2AE3D27D4EB4FU;
constexpr std::uint64_t receive_salt = 0x165667B19E3779F9U;

SpanId salted_span(const Id& id, std::uint64_t salt) {
  std::uint64_t tail = 0;
  std::memcpy(&tail, id.bytes().data() + 4, sizeof tail);
  tail ^= salt;
  const auto span = mix(tail != 0 ? tail : 1);  // and so never zero
  SpanId made{};
  std::memcpy(made.data(), &span, sizeof span);
  return made;
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
  if (is_zero(trace.trace_id) || is_zero(trace.span_id)) return {};
  std::string out = "00-";
  out.reserve(text_size);
  write_bytes(trace.trace_id, out);
  out += '-';
  write_bytes(trace.span_id, out);
  out += '-';
  write_bytes({&trace.flags, 1}, out);
  return out;
}

Trace order_trace(const Id& order_id, std::string_view kept) {
  if (const auto callers = parse_traceparent(kept)) return *callers;
  if (order_id.is_nil()) return {};
  const auto& bytes = order_id.bytes();
  std::uint32_t head = 0;
  std::uint64_t tail = 0;
  std::memcpy(&head, bytes.data(), sizeof head);
  std::memcpy(&tail, bytes.data() + sizeof head, sizeof tail);
  const auto hash = mix(tail + head) >> 32;
  Trace trace;
  std::ranges::copy(bytes, trace.trace_id.begin());
  const auto last = static_cast<std::uint32_t>(hash);
  std::memcpy(trace.trace_id.data() + bytes.size(), &last, sizeof last);
  trace.flags = 1;
  trace.span_id = salted_span(order_id, root_salt);
  return trace;
}

bool is_derived(const Trace& trace, const Id& order_id) {
  const auto& bytes = order_id.bytes();
  return std::equal(bytes.begin(), bytes.end(), trace.trace_id.begin());
}

std::string traceparent_to_keep(const Trace& trace, const Id& order_id) {
  return is_derived(trace, order_id) ? std::string{} : to_traceparent(trace);
}

SpanId span_of(const Id& message_id) {
  return salted_span(message_id, 0);
}
SpanId send_span_of(const Id& message_id) {
  return salted_span(message_id, send_salt);
}
SpanId receive_span_of(const Id& message_id) {
  return salted_span(message_id, receive_salt);
}

bool is_among(const Trace& trace, std::uint64_t of_4_billion) {
  std::uint32_t hash = 0;
  std::memcpy(&hash, trace.trace_id.data() + trace.trace_id.size() - sizeof hash, sizeof hash);
  return hash < of_4_billion;
}

Trace child_trace(const Trace& trace, const Id& message_id) {
  if (is_zero(trace.trace_id)) return {};
  Trace child = trace;
  child.span_id = span_of(message_id);
  return child;
}

}  // namespace oms
