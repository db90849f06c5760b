#pragma once

#include <cstddef>
#include <mutex>
#include <unordered_set>

#include "messages/message.h"
#include "ports/commands.h"
#include "ports/payment_provider.h"
#include "ports/tracer.h"
#include "ports/webhooks.h"

namespace oms::process {

// Takes what the provider tells to payments, whichever way it has come. One event that comes twice
// is one message, which payments decides once. Any thread.
class EventIntake {
 public:
  EventIntake(PaymentProvider& provider, Commands& commands, Tracer* tracer = nullptr)
      : provider_(provider), commands_(commands), tracer_(tracer) {}

  // `done` is called once, from any thread: when the event is durable, or concerns no order of
  // ours, or with why it was not taken. Errors: unavailable.
  void take(Message event, Webhooks::Done done);

  // Whether it was lately taken here: then there is no need to take it again. It forgets.
  bool has_taken(const Message& event) const;

 private:
  static constexpr std::size_t remembered_max = 100'000;  // twice that, for a moment

  void submit(Message event, Webhooks::Done done);
  void remember(const Id& event);

  PaymentProvider& provider_;
  Commands& commands_;
  Tracer* const tracer_;
  mutable std::mutex mutex_;
  std::unordered_set<Id> taken_;
  std::unordered_set<Id> taken_before_;
};

}  // namespace oms::process
