#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/simulated/book.h"
#include "adapters/simulated/cards.h"
#include "base/result.h"
#include "messages/payments.h"
#include "messages/reconciliation.h"

namespace oms::simulated {

// As long as Stripe remembers a key: who repeats an operation later does it a second time.
inline constexpr Duration key_lifetime = std::chrono::hours{24};
// Then the bank lets go of what it holds.
inline constexpr Duration authorization_lasts = std::chrono::days{7};

// The provider's rules: what an operation, a card or a bank does to a session. There is one of
// them, for the embedded provider, `oms provider` and the simulation. It is pure but for its book:
// time comes as an argument, and chance from `random`. It collects the events to tell.
class Core {
 public:
  struct Rules {
    std::string base_url = {};  // of the pages
    Duration delay{0};          // of every webhook
    Duration late{0};           // of the webhook of a charge whose answer was lost
  };
  using Random = std::function<std::uint64_t()>;

  Core(Book& book, Rules rules, Random random)
      : book_(book), rules_(std::move(rules)), random_(std::move(random)) {}

  // What the merchant asks through the port. The answer is `unknown` only for the card whose answer
  // gets lost, and only the first time.
  PaymentOutcome perform(const PaymentOperation& operation, Time now, bool names_refunds = false);

  // A session as it stands now: one whose time is up is expired, even if nobody has closed it yet.
  struct View {
    Session session;
    Standing standing;
  };
  std::optional<View> view(const SessionName& name, Time now);
  std::optional<View> view(const Id& session_id, Time now);
  std::optional<View> latest(const Id& order_id, Time now);

  // A session for what `wanted` says; its id and secret are given here. The same again for a key
  // that was used for this order. Errors: conflict (the key was used for something else),
  // unprocessable.
  Result<View> open(Session wanted, std::string_view description, Time now);
  // Closes it. False if it is closed already.
  bool expire(const Session& session, Time now, std::string_view key = {});

  // What the customer does on the page, or the merchant with the customer's card.
  enum class Verdict {
    unknown_session,
    charged,  // or authorized
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
  Verdict pay(const Session& session, const Card& card, Time now);
  // Takes what an intent has been authorized for, or less. Errors: conflict, unprocessable.
  Result<void> capture(View& view, MinorUnits amount, Time now);

  struct RefundRequest {
    MinorUnits amount = 0;
    std::string key;
    std::string metadata = {};  // as JSON
    bool is_named = false;      // told by itself, and not only in the sum of all
  };
  // Errors: conflict (the key was used for another amount), unprocessable.
  Result<void> refund(View& view, const RefundRequest& request, Time now);

  // What the provider does unasked. A refund in its dashboard, which is told by itself if `status`
  // says how it stands; how that refund goes on; a bank's dispute and its end; a bank's yes to a
  // session that has expired meanwhile.
  std::string refund_elsewhere(View& view, MinorUnits amount, std::optional<RefundStatus> status,
                               Time now);
  void settle_refund(View& view, const std::string& refund, MinorUnits amount, RefundStatus status,
                     Time now);
  std::string dispute(View& view, MinorUnits amount, Time now);
  void close_dispute(View& view, const std::string& dispute, MinorUnits amount, bool is_won,
                     Time now);
  void charge_late(View& view, Time now);

  // What is to be told of, and when the first of the sessions ends that were opened: since these
  // were last taken.
  std::vector<Event> take_events() { return std::exchange(events_, {}); }
  std::optional<Time> take_earliest_expiry() { return std::exchange(earliest_expiry_, {}); }

 private:
  View as_of(Session session, Time now);
  // Of an order's links the one that the operation is about, or else the latest session.
  std::optional<View> made_for(const PaymentOperation& operation, Time now);
  PaymentOutcome create_link(const PaymentOperation& operation, Time now);
  PaymentOutcome take_card(const PaymentOperation& operation, Time now);
  PaymentOutcome refund(const PaymentOperation& operation, View view, bool is_named, Time now);
  std::optional<Session> made_with_key_of(const Session& wanted, Time now);
  Verdict decline(const Session& session, const Card& card, Time now);
  Verdict closed(const Id& session_id);

  // Closes the session with it.
  bool close(const Session& session, Entry entry, Duration delay);
  void add(View& view, Entry entry);
  void tell(const Session& session, Entry entry, const Standing& standing, Duration delay);

  Book& book_;
  const Rules rules_;
  const Random random_;
  std::vector<Event> events_;
  std::optional<Time> earliest_expiry_;
};

// How the session stands, as it is listed.
ProviderCharge charge_of(const Core::View& view);

// The first of the ids that begin with that second or a later one.
Id first_id_from(Time time);

// How the session stands, as the answer to an operation.
PaymentOutcome outcome_of(PaymentOperation::Kind kind, const Core::View& view);

// "2 × Cheese, 1 × Chocolate", cut where it grows too long.
std::string describe(const std::vector<OrderLine>& lines);

}  // namespace oms::simulated
