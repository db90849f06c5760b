#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "ports/broker.h"
#include "ports/clock.h"
#include "ports/notifier.h"
#include "ports/payment_provider.h"
#include "ports/peers.h"
#include "ports/store.h"
#include "runtime/effects.h"
#include "runtime/runtime.h"

namespace oms::process {

// Some services at home: the runtime that decides for them, the store that they share, and the
// lanes for what they start outside. All services of `oms up` have one host; services apart have
// one for each group. The tests and the simulation compose it with other parts.
class Host {
 public:
  struct Parts {
    const runtime::Services& services;
    Store& store;
    Reader& reader;  // of that store: services elsewhere are answered from it
    Clock& clock;
    runtime::IdSource& ids;
    runtime::Runtime::Observe observe;
    runtime::Runtime::IsFollowed is_followed = {};
    runtime::Runtime::Upkeep upkeep = {};

    // What effects go to. Null where no service here starts such.
    PaymentProvider* payments = nullptr;
    Notifier* email = nullptr;
    Notifier* sms = nullptr;
    // Takes all effects in place of these: for one thread that plays the outside, too.
    runtime::Runtime::StartEffects start_effects = {};

    // Where some services live elsewhere; and where several processes share the store, the name of
    // this one among them.
    Broker* broker = nullptr;
    Peers* peers = nullptr;
    std::optional<Id> replica = {};
    Tracer* tracer = nullptr;         // null: no spans
    runtime::Meter* meter = nullptr;  // null: nothing is measured
  };

  Host(Parts parts, const runtime::RuntimeSettings& settings);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host();

  // Begins to decide, on a thread of its own. `on_failure` is called there if the store can no
  // longer be trusted: the process must end.
  void start(std::function<void(const Error&)> on_failure);

  // Refuses new messages, decides what waits, and ends the effects in flight. What the loop ended
  // with.
  Result<void> stop();

  // See `Runtime::offer`.
  bool offer(Message message, runtime::Lane lane, runtime::Respond respond = {}) {
    return runtime_.offer(std::move(message), lane, std::move(respond));
  }

  // What a service here answers to one elsewhere. Any thread.
  Result<Answer> answer(const Question& question) const;

  runtime::EffectCounts effects() const;
  runtime::Runtime& runtime() { return runtime_; }
  const runtime::Runtime& runtime() const { return runtime_; }

 private:
  static runtime::Runtime::Parts runtime_parts(const Parts& parts, Host& host);
  bool deliver(const Message& outcome);

  const runtime::Services& services_;
  Reader& reader_;
  runtime::Runtime runtime_;
  std::unique_ptr<runtime::Effects> effects_;
  std::vector<Broker::Subscription> subscriptions_;
  std::thread loop_;
  Result<void> outcome_;
};

}  // namespace oms::process
