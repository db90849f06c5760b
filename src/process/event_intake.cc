#include "process/event_intake.h"

#include <utility>

#include "codec/json_names.h"

namespace oms::process {
namespace {

const ProviderEvent* told_in(const Message& event) {
  return std::get_if<ProviderEvent>(&event.payload);
}

bool is_dispute(const Message& event) {
  const auto* told = told_in(event);
  return told != nullptr && told->word == ProviderWord::dispute;
}

// Made at the provider's own desk, or by a bank: it carries the payment's name alone.
bool may_be_ours(const Message& event) {
  const auto* told = told_in(event);
  return told != nullptr && event.order_id.is_nil() && !told->session_id.empty() &&
         (told->word == ProviderWord::refund || told->word == ProviderWord::dispute);
}

}  // namespace

void EventIntake::take(Message event, Webhooks::Done done) {
  if (!may_be_ours(event)) return submit(std::move(event), std::move(done));
  provider_.find_order(std::move(event),
                       [this, done = std::move(done)](Result<Message> found) mutable {
                         if (!found) return done(std::unexpected(std::move(found).error()));
                         submit(*std::move(found), std::move(done));
                       });
}

void EventIntake::submit(Message event, Webhooks::Done done) {
  // A dispute of a payment that nobody knows is told all the same.
  if (event.order_id.is_nil() && !is_dispute(event)) {
    remember(event.id);
    return done({});
  }
  const auto id = event.id;
  auto span = begin_span(tracer_, json::name_of(ServiceName::payments), "take provider event",
                         SpanKind::server, order_trace(event.order_id), event.order_id);
  if (span) event.trace = span->trace;
  commands_.submit(std::move(event), Lane::urgent,
                   [this, id, span = std::move(span),
                    done = std::move(done)](const Result<Record>& result) mutable {
                     if (span) end_span(*tracer_, *std::move(span));
                     // What no rule can decide is kept among the dead letters. Told again it would
                     // be no better.
                     const bool is_kept = result || result.error().kind == ErrorKind::internal;
                     if (is_kept) remember(id);
                     done(is_kept ? Result<void>{} : std::unexpected(result.error()));
                   });
}

bool EventIntake::has_taken(const Message& event) const {
  const std::scoped_lock lock{mutex_};
  return taken_.contains(event.id) || taken_before_.contains(event.id);
}

void EventIntake::remember(const Id& event) {
  const std::scoped_lock lock{mutex_};
  if (taken_.size() >= remembered_max) taken_before_ = std::exchange(taken_, {});
  taken_.insert(event);
}

}  // namespace oms::process
