#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/simulated/faults.h"
#include "adapters/simulated/inbox.h"
#include "adapters/simulated/ledger.h"

namespace oms::simulated {

// Signs a webhook's body: the value of the `Stripe-Signature` header.
using Sign = std::function<std::string(std::string_view body, Time now)>;
// Takes a webhook to the merchant and says how it was answered; from any thread, once. To drop the
// callback is to say that there was no answer.
using Deliver =
    std::function<void(HttpRequest request, std::move_only_function<void(int status)> done)>;

// Tells the merchant of the ledger's events, at least once each. A bounded number is on its way at
// a time; the others wait in the ledger, where a restart finds them too.
class WebhookSender {
 public:
  WebhookSender(const Settings& settings, Sign sign, Deliver deliver, std::shared_ptr<Inbox> inbox);

  // Within a transaction: writes down how deliveries ended, and finds the events that are due.
  void take(std::vector<Delivery> deliveries);
  void record(Ledger& ledger, Time now);
  // After it: sends those, and the ones that are new.
  void committed(const std::vector<Event>& fresh, Time now);
  void rolled_back();

  // What was put off by a clock that was fast must not wait until that time comes again.
  void clock_went_back() { must_hurry_ = true; }

  bool has_work(Time now) const { return !ended_.empty() || is_to_look(now); }
  // When it wants a transaction even if nobody else does.
  std::optional<Time> due(Time now) const;

 private:
  struct Name {
    Id session_id;
    std::int64_t number = 0;
    friend bool operator==(const Name&, const Name&) = default;
  };
  struct Hash {
    std::size_t operator()(const Name& name) const {
      return std::hash<Id>{}(name.session_id) + static_cast<std::size_t>(name.number);
    }
  };

  bool is_to_look(Time now) const;
  void record(Ledger& ledger, const Delivery& delivery, Time now);
  void retry(Ledger& ledger, const Event& event, Time now);
  void offer(const Event& event, Time now);
  void send(const Event& event, Time now);
  void remember_due(Time due);

  const Settings& settings_;
  const Faults faults_;
  const Sign sign_;
  const Deliver deliver_;
  const std::shared_ptr<Inbox> inbox_;

  std::unordered_map<Name, Event, Hash> in_flight_;
  std::vector<Delivery> ended_;   // not yet written down
  std::vector<Event> found_;      // in this transaction
  bool has_looked_ = false;       // in this transaction
  bool has_backlog_ = true;       // events that are due may wait in the ledger
  bool must_hurry_ = true;        // the last run's clock may have been fast, too
  std::optional<Time> next_due_;  // of those that are not due yet
};

}  // namespace oms::simulated
