#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/simulated/sql.h"
#include "base/id.h"
#include "base/money.h"
#include "base/time.h"

namespace oms::simulated {

// What a session is called: "cs_test_", the order's id and a random number, so that who has seen
// one session cannot guess the next customer's.
struct SessionName {
  Id order_id;
  std::int64_t secret = 0;

  std::string text() const;
  static std::optional<SessionName> parse(std::string_view text);
};

// What the customer is asked to pay. Written once and never changed.
struct Session {
  Id order_id;
  std::int64_t secret = 0;
  MinorUnits amount = 0;
  std::string currency;
  std::string customer_id;
  Time created_at;
  Time expires_at;

  SessionName name() const { return {order_id, secret}; }
};

// Something that has happened to a session. Entries are only ever added.
enum class EntryKind { charge, expiry, decline, refund };

struct Entry {
  Id order_id;
  std::int64_t number = 0;  // 0 closes the session
  EntryKind kind = EntryKind::charge;
  MinorUnits amount = 0;
  Time at;
  std::string key = {};   // the idempotency key of what asked for it
  std::string card = {};  // "visa 4242", or "visa 9995 insufficient_funds"
};

// What the entries of a session come to.
struct Standing {
  enum class Status { open, complete, expired };
  Status status = Status::open;
  MinorUnits captured = 0;
  MinorUnits refunded = 0;
  std::int64_t declines = 0;
  std::int64_t next_number = 1;
};

// An entry that the merchant is to be told of by webhook, until they have confirmed it.
struct Event {
  Id order_id;
  std::int64_t secret = 0;  // of the session
  std::int64_t number = 0;
  EntryKind kind = EntryKind::charge;
  MinorUnits amount = 0;    // the session's
  MinorUnits refunded = 0;  // in all, with this refund
  std::string currency;
  std::string card;  // the entry's
  Time at;
  Time due;  // when it is to be told (again)
  std::int64_t attempt = 0;
};

// The provider's own book, in a file of its own. A session is closed by entry 0, a charge or an
// expiry, so the table's key itself allows one successful charge at most, and none after expiry.
// Not for several threads. Everything may throw SqlError, which ends the transaction.
class Ledger {
 public:
  explicit Ledger(const std::string& path);

  void begin();
  void commit();
  void roll_back() noexcept;
  // Keeps the write-ahead log small. Between transactions only.
  void tidy();

  // False if the order has a session already.
  bool open(const Session& session, std::string_view description);
  std::optional<Session> find(const Id& order_id);
  std::string description(const Id& order_id);
  Standing standing(const Id& order_id);

  // Adds entry 0. False if the session is closed already.
  bool close(const Session& session, const Entry& entry);
  void add(const Entry& entry);
  // The refund that was made with this key.
  std::optional<MinorUnits> refund_with(const Id& order_id, std::string_view key);

  // Open sessions whose time is up, earliest first; and when the next one's is.
  std::vector<Session> overdue(Time now, std::int64_t limit);
  std::optional<Time> next_expiry();

  void tell(const Event& event);
  void told(const Event& event);
  // Events that are due, earliest first; and when the next after `now` is.
  std::vector<Event> untold(Time now, std::int64_t limit);
  std::optional<Time> next_untold(Time now);
  // Events that are due after `latest` are due now.
  void hurry(Time now, Time latest);

 private:
  Database database_;
  Statement begin_, commit_;
  Statement add_session_, add_open_, find_, description_, entries_;
  Statement remove_open_, add_entry_, refund_;
  Statement overdue_, next_expiry_;
  Statement add_event_, remove_event_, untold_, hurry_, next_untold_;
  int tidied_at_ = 0;
};

std::string_view to_text(EntryKind kind);

}  // namespace oms::simulated
