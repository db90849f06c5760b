#pragma once

#include <array>
#include <bitset>
#include <boost/mp11/list.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "messages/coordinator.h"
#include "messages/events.h"
#include "messages/orders.h"
#include "services/coordinator/records.h"
#include "services/delivery/records.h"
#include "services/kitchen/records.h"
#include "services/notifications/records.h"
#include "services/orders/records.h"
#include "services/payments/records.h"
#include "services/stock/records.h"

namespace oms::simulate {

struct OrderPlan;

// What the provider's book has of a session.
struct SessionBook {
  int charges = 0;
  MinorUnits charged = 0;
  MinorUnits paid_back = 0;
};

// A refund that nobody here has asked for, or a dispute, by the provider's book; `is_heard`: as it
// stands there, of money that was known to be there.
struct BookedRefund {
  Refund refund;
  bool is_heard = false;
  bool is_end_heard = false;
};
struct BookedDispute {
  Dispute dispute;
  bool is_heard = false;
  bool is_end_heard = false;
};

inline constexpr std::size_t operation_kinds =
    boost::mp11::mp_size<boost::describe::describe_enumerators<PaymentOperation::Kind>>::value;

// A record as it was committed last; none before the first time.
template <class T>
class Kept {
 public:
  void take(const Record& record) { record_ = record; }
  const T* get() const { return record_ ? record_.template as<T>() : nullptr; }
  const T* operator->() const { return get(); }
  const T& operator*() const { return *get(); }
  explicit operator bool() const { return static_cast<bool>(record_); }
  bool is_same(const Kept& other) const { return get() == other.get(); }

 private:
  Record record_;
};

// The places that a ticket may have been told that it has in the queue.
struct QueuePlace {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

// A change of an order's lines that somebody has asked for; so many commits had been made by then.
struct AskedRevision {
  ReviseOrder asked;
  std::uint64_t before = 0;
};

// What the oracle remembers of one order: what was committed of it, what its customer was told,
// what the provider's book says, and what was sent.
struct Life {
  Id id;
  std::uint64_t number = 0;  // of its plan
  const OrderPlan* plan = nullptr;
  std::string body;       // the fingerprint of its request, if that had a key
  bool clashes = false;   // another body came under its key at the same moment
  std::uint64_t key = 0;  // the idempotency key of its request; 0: none

  std::optional<PlaceOrder> wish;   // what the customer has sent under this id
  Time wished_at;                   // and when
  std::uint64_t wished_before = 0;  // so many commits had been made by then

  Kept<orders::Order> order;
  Kept<coordinator::Saga> saga;
  Kept<stock::Reservation> reservation;
  Kept<payments::Payment> payment;
  Kept<payments::ClosedLinks> closed_links;
  Kept<kitchen::Ticket> ticket;
  Kept<delivery::Delivery> delivery;
  Kept<notifications::Notices> notices;

  // What housekeeping has forgotten, by `place_of` its type. The oracle forgets nothing.
  std::bitset<9> forgotten;
  Time changed_at;        // when the order was written last
  bool was_lost = false;  // it was placed after the backup that the shop was restored from
  bool was_reset =
      false;  // or had gone on since then: what the world did meanwhile, it did not see
  std::set<Id> set_aside;  // letters, those that are settled among them

  std::int64_t told_version = 0;  // of the order, as acknowledged

  // The provider's book by session, and what of it is the payment's; without a session: what was
  // refunded elsewhere.
  std::map<std::string, SessionBook, std::less<>> book;
  int charges = 0;
  MinorUnits charged = 0;
  Time charged_at;
  MinorUnits paid_back = 0;  // by anyone, and what is on its way
  std::vector<BookedRefund> refunds_elsewhere;
  MinorUnits came_back = 0;           // of refunds that have failed
  MinorUnits heard_back = 0;          // the highest total that was heard
  bool was_refunded_in_full = false;  // with some of it refunded elsewhere
  std::vector<BookedDispute> disputes;
  std::vector<EventType> steps_told;  // by public events
  std::set<std::string> published;    // types of those that the broker has got
  std::array<int, 6> alarms{};        // by kind
  int links = 0;                      // sessions that the provider has made for it
  int live_links = 0;                 // which still take money
  MinorUnits held = 0;                // by the card's bank
  MinorUnits closed_charged = 0;      // by links that were closed for a change
  MinorUnits closed_paid_back = 0;
  int forged = 0;    // webhooks that were not the provider's word
  int declines = 0;  // cards that the provider has turned down
  bool is_link_refused = false;

  std::vector<RefundOrder> refunds_asked;  // by the operator
  int refunds_refused = 0;                 // by the provider, for good
  std::vector<AskedRevision> revisions_asked;
  std::vector<Kept<orders::Order>> before_revisions;  // the order before each that was made
  std::map<std::int32_t, MinorUnits> smaller_by;      // what each was to take off its total
  MinorUnits taken_off = 0;  // of the total once it was paid: it has gone back
  std::map<std::string, std::int64_t, std::less<>> removed;  // goods, likewise
  std::vector<Time> promises;                                // that were made of its ticket

  int cancels_asked = 0;         // by the customer
  bool is_cancel_kept = false;   // one was granted when it could still be kept
  int rejects_asked = 0;         // of its ticket, by the operator
  int failures_asked = 0;        // of its delivery
  int aborts_asked = 0;          // of its saga
  int interventions = 0;         // of any kind
  std::optional<Time> given_up;  // when its saga turned back
  QueuePlace place;              // that its ticket was given in the queue

  std::map<std::string, std::uint64_t> sent;      // notices: a digest of each text, by key
  std::map<std::string, std::string> operations;  // the key of each that was asked for
  std::map<std::string, int> tries;               // of each notice, by key

  std::array<int, operation_kinds> asked{};  // of the provider, by kind
  std::optional<Time> first_asked{};         // when it was first asked for anything

  // Whether money was moved that nobody here has asked to move.
  bool is_moved_elsewhere() const { return !refunds_elsewhere.empty() || !disputes.empty(); }
  // Whether somebody has asked for a change that may give money back.
  bool has_asked_change() const { return !refunds_asked.empty() || !revisions_asked.empty(); }
  // Whether that session was closed for a change: what comes by it is not the order's.
  bool is_closed(std::string_view session) const;
  // Which sessions are closed for a change has changed, or their book.
  void recount();
  bool is_closed(const ProviderEvent& event) const;
  MinorUnits refunded_elsewhere() const;
  MinorUnits disputed() const;  // and not won
  // What the order's changes have given back, by the payment; where it was forgotten, by the order.
  MinorUnits refunded_by_changes() const;

  bool has(OrderStatus status) const { return order && order->status == status; }
  bool has_been(OrderStatus status) const;
};

// What a count was until it changed, in the last minute: of several processes that share a store
// one may have looked before another's commit, and refuse by what was so then.
class Lately {
 public:
  void was(std::int64_t count, Time until) {
    std::erase_if(counts_, [&](const Was& each) { return each.until + looked_within < until; });
    counts_.push_back({count, until});
  }
  std::int64_t least(std::int64_t count, Time now) const {
    for (const auto& each : counts_) {
      if (each.until + looked_within >= now) count = std::min(count, each.count);
    }
    return count;
  }
  std::int64_t most(std::int64_t count, Time now) const {
    for (const auto& each : counts_) {
      if (each.until + looked_within >= now) count = std::max(count, each.count);
    }
    return count;
  }

 private:
  static constexpr Duration looked_within = std::chrono::minutes{1};
  struct Was {
    std::int64_t count;
    Time until;
  };
  std::vector<Was> counts_;
};

// What an item costs from a commit on.
struct PriceFrom {
  std::uint64_t commit = 0;
  MinorUnits price = 0;
};

// What the oracle counts of one item, from the reservations and not from the item.
struct ShelfModel {
  Kept<stock::Item> item;
  std::int64_t preparation_ms = 0;
  std::vector<PriceFrom> prices;             // as committed, the oldest first
  std::set<MinorUnits> prices_asked;         // ever, by the operator
  std::multiset<MinorUnits> prices_pending;  // those that nobody has answered yet
  std::int64_t initial = 0;
  std::int64_t held = 0;
  std::int64_t sold = 0;
  std::int64_t returned = 0;
  bool is_by_line = false;  // some of it was taken so
  std::int64_t restock_tried = 0;
  std::int64_t restock_told = 0;
  std::int64_t ledger_lines = 0;
  std::int64_t ledger_on_hand = 0;  // after the last of them
  Lately was_available;

  std::int64_t available() const {
    return initial + (item ? item->restocked : 0) + returned - sold - held;
  }
};

// What the oracle knows of the kitchen, from the tickets and not from the board.
struct KitchenModel {
  Kept<kitchen::Board> board;
  std::vector<const Life*> open;  // tickets that wait or are prepared, and have a cook
  std::int64_t waiting = 0;
  Lately was_waiting;  // where several processes share the board
  std::int64_t preparing = 0;
  std::vector<Time> busy_until;  // each cook: the latest that any ticket of theirs was promised
};

// What the oracle counts of one account, from the payments and not from the account.
struct AccountModel {
  Kept<payments::Account> account;
  MinorUnits opening = 0;
  MinorUnits held = 0;
  MinorUnits captured = 0;
  MinorUnits refunded = 0;
  std::int64_t movements = 0;
  Kept<payments::AccountMovement> last_movement;

  MinorUnits available() const { return opening - captured + refunded - held; }
};

// One idempotency key: the orders that its requests may become, and what was answered.
struct KeyModel {
  std::optional<Id> order;     // the one that it became
  std::uint64_t answered = 0;  // a digest of the first answer
};

// One customer who asks until there is an answer.
struct Asking {
  int times_since_healed = 0;
  bool is_answered = false;
};

struct Model {
  std::unordered_map<Id, Life> lives;
  std::map<std::string, ShelfModel, std::less<>> shelves;
  std::map<std::string, std::int64_t, std::less<>> held_by;  // units, by customer
  std::map<std::string, Lately, std::less<>> was_held_by;    // where services live apart
  std::map<std::uint64_t, KeyModel> keys;                    // by the key's number
  int restarts = 0;                                          // of any process
  std::unordered_map<std::string, Id> numbers;               // whose each day's number is
  std::map<std::string, Time, std::less<>> inbox;            // idempotency keys that are kept
  std::unordered_set<std::string> archive;                   // lines
  std::set<Id> letters;                                      // dead ones, not yet settled
  std::map<std::uint64_t, Asking> asking;                    // by the plan's number
  std::map<std::string, AccountModel, std::less<>> accounts;
  KitchenModel kitchen;
  std::uint64_t commits = 0;
};

// A refund that was asked for, and how the order stood then.
struct RefundTold {
  RefundOrder asked;
  const char* defect = nullptr;
  std::int64_t version = 0;
};

// A revision that was asked for, and how the order stood then.
struct RevisionTold {
  ReviseOrder asked;
  const char* defect = nullptr;
  std::int64_t version = 0;
  bool is_late = false;  // the kitchen had begun
};

// A promise that was not kept.
struct Violation {
  std::string rule;
  std::string detail;
  Id order_id = {};
};

[[noreturn]] void broken(const char* rule, std::string detail, const Life& life);
[[noreturn]] void broken(const char* rule, std::string detail);

}  // namespace oms::simulate
