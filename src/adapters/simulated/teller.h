#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/simulated/cards.h"
#include "adapters/simulated/ledger.h"
#include "adapters/simulated/settings.h"
#include "messages/payments.h"

namespace oms::simulated {

// The provider's rules: what an operation or a card does to a session. It works inside one
// transaction of the ledger, and collects the events to tell once that is committed.
class Teller {
 public:
  Teller(Ledger& ledger, const Settings& settings) : ledger_(ledger), settings_(settings) {}

  // What the merchant asks. The answer is never `unknown`.
  PaymentOutcome perform(const PaymentOperation& operation, Time now);

  // What the customer does on the page.
  enum class Verdict {
    unknown_session,
    charged,
    answer_lost,
    declined,
    too_many_declines,
    paid_already,
    expired,
  };
  struct Attempt {
    Verdict verdict = Verdict::unknown_session;
    std::optional<Session> session = {};
  };
  Attempt pay(const SessionName& name, const Card& card, Time now);

  // Closes sessions whose time is up, at most so many.
  void expire(Time now, std::int64_t limit);

  // A session as it stands now: one whose time is up is expired, even if nobody has closed it yet.
  struct View {
    Session session;
    Standing standing;
  };
  std::optional<View> view(const SessionName& name, Time now);

  // The events of this transaction. The ledger has them too.
  std::vector<Event> take_events() { return std::exchange(events_, {}); }

 private:
  std::optional<View> view(const Id& order_id, Time now);
  PaymentOutcome create_link(const PaymentOperation& operation, Time now);
  PaymentOutcome expire_link(const PaymentOperation& operation, View view, Time now);
  PaymentOutcome refund(const PaymentOperation& operation, const View& view, Time now);

  Verdict charge(const Session& session, const Card& card, Time now);
  Verdict decline(const Session& session, const Card& card, Time now);
  Verdict closed(const Id& order_id);
  bool close(const Session& session, const Entry& entry, Duration delay);
  void tell(const Session& session, const Entry& entry, MinorUnits refunded, Duration delay);

  std::int64_t random_secret();

  Ledger& ledger_;
  const Settings& settings_;
  std::vector<Event> events_;
  std::array<std::uint8_t, 512> random_{};
  std::size_t random_used_ = random_.size();
};

// "2 × Cheese, 1 × Chocolate", cut where it grows too long.
std::string describe(const std::vector<OrderLine>& lines);

}  // namespace oms::simulated
