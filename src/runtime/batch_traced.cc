#include "codec/json_names.h"
#include "runtime/batch.h"

// What a batch notes for the traces of its messages.
namespace oms::runtime {

// `in`: the trace that the decision went on in. Where that is not the message's own, the spans that
// the message has come by are in the other one.
void Batch::trace(const Pending& pending, ServiceName service, std::int64_t begin_ns,
                  const Trace& in, std::string error) {
  const auto& message = pending.message();
  if (tracer_ == nullptr) return;
  const bool is_other = in.trace_id != message.trace.trace_id;
  const auto& trace = is_other ? in : message.trace;
  if (!tracer_->wants(trace, message.order_id, json::name_of(service))) return;
  traced.push_back({.id = message.id,
                    .order_id = message.order_id,
                    .trace = trace,
                    .name = json::alternative_names<Payload>.at(message.payload.index()),
                    .service = service,
                    .has_travelled = pending.passage.has_value() && !is_other,
                    .received_ns = pending.is_root() ? pending.inbound->received_ns : 0,
                    .begin_ns = begin_ns,
                    .error = std::move(error)});
}

// With the flag that says whether it is recorded, for those who go by that.
Trace Batch::told_outside(Trace trace, const Id& order_id) const {
  if (tracer_ == nullptr) return trace;
  const auto others = static_cast<std::uint8_t>(trace.flags & ~1U);
  trace.flags = tracer_->is_sampled(trace, order_id) ? others | 1U : others;
  return trace;
}

}  // namespace oms::runtime
