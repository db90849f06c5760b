#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"

namespace oms {

using SpanId = std::array<std::uint8_t, 8>;

// W3C trace context: the trace that something belongs to, and the span that caused it. The span is
// zero where nothing is known to have caused it, all of it where no order is concerned.
struct Trace {
  std::array<std::uint8_t, 16> trace_id{};
  SpanId span_id{};
  std::uint8_t flags = 0;

  bool is_sampled() const { return (flags & 1U) != 0; }
  friend bool operator==(const Trace&, const Trace&) = default;
};

// Reads a W3C `traceparent` ("00-<32 hex>-<16 hex>-<2 hex>", lower case). None if it is malformed
// or an id is all zero: then the request simply has no trace. Of a later version only these four
// parts are read, as the recommendation wants.
std::optional<Trace> parse_traceparent(std::string_view text);

// Empty where an id is all zero: nobody could read it.
std::string to_traceparent(const Trace& trace);

// An order's own trace: what was kept of its caller's, or else the one that its id gives, the same
// in whatever process and after whatever restart. Its span is the order's first, which the request
// that places it has: what begins later, by a timer or a webhook, hangs on it.
Trace order_trace(const Id& order_id, std::string_view kept = {});

// Whether it is the one that the order's id gives, so that nothing of it need be kept.
bool is_derived(const Trace& trace, const Id& order_id);

// What `order_trace` needs to be told later: the caller's `traceparent`, or nothing.
std::string traceparent_to_keep(const Trace& trace, const Id& order_id);

// The spans of a message, from its id, so that a batch that is decided again makes the same ones,
// and another process knows them: of its decision, and where it travels of that it is sent and
// received.
SpanId span_of(const Id& message_id);
SpanId send_span_of(const Id& message_id);
SpanId receive_span_of(const Id& message_id);

// Of the traces that no caller has begun, whether this one is among so many of 2^32.
bool is_among(const Trace& trace, std::uint64_t of_4_billion);

// The trace of what a message causes: in the span of its decision.
Trace child_trace(const Trace& trace, const Id& message_id);

}  // namespace oms
