#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "messages/common.h"
#include "messages/trace.h"

namespace oms {

// As OpenTelemetry counts them.
enum class SpanKind { internal = 1, server = 2, client = 3, producer = 4, consumer = 5 };

using SpanValue = std::variant<std::string, std::int64_t>;

// A piece of work within a trace. Nobody's name, address, number or note is in it.
struct Span {
  std::string service;  // "payments"; "gateway"
  std::string name;     // "POST /api/customers/{customerID}/orders"
  SpanKind kind = SpanKind::internal;
  Trace trace;      // with its own id
  SpanId parent{};  // zero: it is the first of its trace
  Id order_id = {};
  std::int64_t begin_ns = 0;  // since 1970
  std::int64_t end_ns = 0;
  std::vector<std::pair<std::string, SpanValue>> attributes = {};
  std::optional<Trace> link = {};
  std::string error = {};  // of a few words that are known: "unavailable"; empty: it went well
};

// Takes the spans of a process. Any thread; nothing here waits or throws.
class Tracer {
 public:
  virtual ~Tracer() = default;

  // Whether spans of this trace are wanted from that service: to be asked before one is made.
  // `order_id` is the order that the trace is about, or nil.
  virtual bool wants(const Trace& trace, const Id& order_id, std::string_view service) const = 0;

  // Whether this trace is recorded, which those outside are told with it: whatever a log is told.
  virtual bool is_sampled(const Trace& trace, const Id& order_id) const = 0;

  virtual std::int64_t now_ns() const = 0;  // since 1970
  virtual SpanId make_span_id() = 0;        // of a span that no message's id gives

  // What does not fit is dropped and counted.
  virtual void add(Span span) = 0;
};

// The trace of a span: that of its parent, with an id of its own.
inline Trace begun_in(const Trace& parent, SpanId id) {
  Trace trace = parent;
  trace.span_id = id;
  return trace;
}

// A span that begins now, below the one in `parent`. None where nobody wants it; `tracer` may be
// null.
inline std::optional<Span> begin_span(Tracer* tracer, std::string_view service, std::string name,
                                      SpanKind kind, const Trace& parent, const Id& order_id) {
  if (tracer == nullptr || !tracer->wants(parent, order_id, service)) return {};
  return Span{.service = std::string{service},
              .name = std::move(name),
              .kind = kind,
              .trace = begun_in(parent, tracer->make_span_id()),
              .parent = parent.span_id,
              .order_id = order_id,
              .begin_ns = tracer->now_ns()};
}

// What of a refusal is a fault; empty: it is an answer.
inline std::string_view fault_in(const Error& error) {
  if (error.kind == ErrorKind::internal) return "internal";
  return error.kind == ErrorKind::unavailable ? "unavailable" : "";
}

inline void end_span(Tracer& tracer, Span span) {
  span.end_ns = tracer.now_ns();
  tracer.add(std::move(span));
}

}  // namespace oms
