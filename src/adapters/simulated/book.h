#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/time.h"

namespace oms::simulated {

// What a session is called: "cs_test_", its id and a random number, so that who has seen one
// session cannot guess the next customer's.
struct SessionName {
  Id id;
  std::int64_t secret = 0;

  std::string text() const;
  static std::optional<SessionName> parse(std::string_view text);
};

struct Metadatum {
  std::string name;
  std::string value;
};
using Metadata = std::vector<Metadatum>;

// What a merchant has said over HTTP of a session or a payment intent.
struct Terms {
  enum class Kind {
    checkout,          // the customer pays on a page
    automatic_intent,  // charged when it is confirmed
    manual_intent,     // authorized when it is confirmed, charged when it is captured
  };

  Kind kind = Kind::checkout;
  std::string reference;  // client_reference_id
  std::string success_url;
  std::string cancel_url;
  Metadata metadata;
  Metadata payment_metadata;  // of what pays the session
  bool is_by_port = false;    // not over HTTP: the metadata is ours
};

// What the customer is asked to pay. Written once and never changed.
struct Session {
  Id id;  // its order's, if it is the order's first
  std::int64_t secret = 0;
  Id order_id;  // may be nil over HTTP
  MinorUnits amount = 0;
  std::string currency;
  std::string customer_id;
  Time created_at;
  Time expires_at;
  std::string key = {};  // the idempotency key of what asked for it; empty in old ledgers
  std::optional<Terms> terms = {};

  SessionName name() const { return {id, secret}; }
  bool is_intent() const { return terms && terms->kind != Terms::Kind::checkout; }
  // "pi_", from which a reader of events learns the order.
  std::string intent_name() const;
  std::string charge_name() const { return intent_name().replace(0, 2, "ch"); }
  // The id of the session behind a name of the two kinds.
  static std::optional<Id> id_in(std::string_view name);
};

// Something that has happened to a session. Entries are only ever added.
enum class EntryKind {
  charge,  // these two close the session
  expiry,
  decline,
  refund,          // told as the sum of all
  late_charge,     // of a session that had expired
  refund_pending,  // these three say how one refund stands
  refund_succeeded,
  refund_failed,
  dispute,
  dispute_won,
  dispute_lost,
  authorization,
};

struct Entry {
  Id session_id;
  std::int64_t number = 0;  // 0 closes the session
  EntryKind kind = EntryKind::charge;
  MinorUnits amount = 0;
  Time at;
  std::string key = {};     // of what asked for it; of one refund or dispute: its name
  std::string detail = {};  // the card: "visa 9995 insufficient_funds"; a refund's metadata
};

// What the entries of a session come to.
struct Standing {
  enum class Status { open, complete, expired };
  Status status = Status::open;
  MinorUnits captured = 0;
  MinorUnits refunded = 0;
  MinorUnits disputed = 0;    // and not won
  MinorUnits authorized = 0;  // of an intent that waits for its capture
  std::int64_t declines = 0;
  std::int64_t next_number = 1;

  void count(std::int64_t number, EntryKind kind, MinorUnits amount);
  MinorUnits left() const { return captured - refunded - disputed; }
};

// An entry that the merchant is to be told of by webhook, until they have confirmed it.
struct Event {
  Session session;
  Entry entry;
  Standing standing;  // with this entry, and none of the later ones
  Time due = {};      // when it is to be told (again)
  std::int64_t attempt = 0;

  std::string name() const;  // "evt_"
};

// What the provider remembers: in memory, or in a file. Everything may throw, which ends the
// transaction that it is part of.
class Book {
 public:
  virtual ~Book() = default;

  // False if there is one with this id.
  virtual bool open(const Session& session, std::string_view description) = 0;
  virtual std::optional<Session> find(const Id& id) = 0;
  // In the order in which they were made.
  virtual std::vector<Session> sessions_of(const Id& order_id) = 0;
  virtual Standing standing(const Id& id) = 0;

  // Adds entry 0. False if the session is closed already.
  virtual bool close(const Session& session, const Entry& entry) = 0;
  virtual void add(const Entry& entry) = 0;
  // The refund that was made with this key.
  virtual std::optional<Entry> refund_with(const Id& id, std::string_view key) = 0;
};

}  // namespace oms::simulated
