#include <algorithm>
#include <cstddef>

#include "codec/json_names.h"
#include "runtime/runtime.h"

// The spans of what a batch has decided. Its own span is in a trace of its own, which each of them
// links to: it belongs to all their orders.
namespace oms::runtime {
namespace {

constexpr std::ptrdiff_t hash_size = 4;  // of a trace id: what `is_among` reads

// Sampled as one of its messages is, by its flag as well as by its last four bytes, whichever the
// sampler goes by: what only a log wants is sent nowhere.
Trace batch_trace(Tracer& tracer, const std::vector<Batch::Traced>& traced) {
  const auto sampled = std::ranges::find_if(traced, [&](const Batch::Traced& message) {
    return tracer.is_sampled(message.trace, message.order_id);
  });
  const bool is_sampled = sampled != traced.end();
  Trace trace{.span_id = tracer.make_span_id(), .flags = std::uint8_t{is_sampled}};
  const auto head = tracer.make_span_id();
  const auto& like = (is_sampled ? *sampled : traced.front()).trace.trace_id;
  std::ranges::copy(head, trace.trace_id.begin());
  std::ranges::copy(trace.span_id, trace.trace_id.begin() + head.size());
  std::copy(like.end() - hash_size, like.end(), trace.trace_id.end() - hash_size);
  return trace;
}

using Attributes = decltype(Span::attributes);

Attributes messaging(const Broker* broker, const char* operation, std::string_view destination,
                     const Id& message_id) {
  const auto system = broker != nullptr ? broker->system() : std::string_view{"local"};
  return {{"messaging.system", std::string{system}},
          {"messaging.operation.name", operation},
          {"messaging.operation.type", operation},
          {"messaging.destination.name", std::string{destination}},
          {"messaging.message.id", message_id.text()}};
}

Span receipt(const Batch::Traced& message, const Broker* broker) {
  const auto begin_ns = message.received_ns != 0 ? message.received_ns : message.begin_ns;
  return {.service = std::string{json::name_of(message.service)},
          .name = "receive " + std::string{message.name},
          .kind = SpanKind::consumer,
          .trace = begun_in(message.trace, receive_span_of(message.id)),
          .parent = send_span_of(message.id),
          .order_id = message.order_id,
          .begin_ns = begin_ns,
          .end_ns = message.begin_ns,
          .attributes = messaging(broker, "receive", json::name_of(message.service), message.id)};
}

}  // namespace

void Runtime::trace_decisions(const Work& work) const {
  auto& tracer = *parts_.tracer;
  const auto& traced = work.decided.traced;
  if (traced.empty() && work.decided.outgoing.empty()) return;
  const auto end_ns = tracer.now_ns();
  if (!traced.empty()) {
    const auto batch = batch_trace(tracer, traced);
    const std::string service{json::name_of(traced.front().service)};
    for (const auto& message : traced) {
      if (message.has_travelled) tracer.add(receipt(message, parts_.broker));
      tracer.add(
          {.service = std::string{json::name_of(message.service)},
           .name = "decide " + std::string{message.name},
           .trace = begun_in(message.trace, span_of(message.id)),
           .parent = message.has_travelled ? receive_span_of(message.id) : message.trace.span_id,
           .order_id = message.order_id,
           .begin_ns = message.begin_ns,
           .end_ns = end_ns,
           .attributes = {{"oms.order.id", message.order_id.text()}},
           .link = batch,
           .error = message.error});
    }
    tracer.add(
        {.service = service,
         .name = "commit",
         .trace = batch,
         .begin_ns = traced.front().begin_ns,
         .end_ns = end_ns,
         .attributes = {{"oms.batch.messages", static_cast<std::int64_t>(work.decided.decided)},
                        {"oms.batch.changes", static_cast<std::int64_t>(work.changes.size())}}});
  }
  trace_sending(work.decided.outgoing, end_ns);
}

void Runtime::trace_sending(const std::vector<Envelope>& outgoing, std::int64_t begin_ns) const {
  auto& tracer = *parts_.tracer;
  for (const auto& envelope : outgoing) {
    const auto trace = parse_traceparent(envelope.traceparent);
    const auto service = json::name_of(envelope.from);
    if (!trace || !tracer.wants(*trace, envelope.order_id, service)) continue;
    const auto destination =
        envelope.to == ServiceName::world ? std::string_view{"events"} : json::name_of(envelope.to);
    tracer.add({.service = std::string{service},
                .name = "send " + std::string{destination},
                .kind = SpanKind::producer,
                .trace = begun_in(*trace, send_span_of(envelope.id)),
                .parent = trace->span_id,
                .order_id = envelope.order_id,
                .begin_ns = begin_ns,
                .end_ns = tracer.now_ns(),
                .attributes = messaging(parts_.broker, "send", destination, envelope.id)});
  }
}

}  // namespace oms::runtime
