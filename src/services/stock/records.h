#pragma once

#include <boost/describe.hpp>

#include "messages/record.h"
#include "messages/stock.h"

namespace oms::stock {

// One thing that is sold. The counters only rise (but for stocktaking, which corrects `initial`),
// so what is on the shelf can always be explained.
struct Item {
  std::string id;  // the product id
  std::string name;
  std::string kind;  // "dish" or "goods"
  std::string price_id;
  MinorUnits price = 0;
  std::string currency;
  std::int64_t preparation_ms = 0;
  std::int64_t low_at = 0;  // at or below this the stock is low
  std::int64_t initial = 0;
  std::int64_t restocked = 0;
  std::int64_t returned = 0;
  std::int64_t committed = 0;
  std::int64_t reserved = 0;
  std::int64_t version = 0;      // rises with each change
  bool archived = false;         // not sold any more, and kept for the books
  std::int64_t written_off = 0;  // of what was committed: it will not come back
  std::int64_t movements = 0;    // rows of its ledger
  DayOfMovements today;          // what orders have moved, and no row tells yet

  std::int64_t on_hand() const { return initial + restocked + returned - committed; }
  std::int64_t available() const { return on_hand() - reserved; }
};
BOOST_DESCRIBE_STRUCT(Item, (),
                      (id, name, kind, price_id, price, currency, preparation_ms, low_at, initial,
                       restocked, returned, committed, reserved, version, archived, written_off,
                       movements, today))

// One line of an item's ledger. All of them, and what the item itself says of today, come to what
// is on hand.
struct Movement {
  std::string id;  // see `movement_id`
  std::string product_id;
  std::int64_t number = 0;  // from 1
  MovementKind kind = MovementKind::initial;
  std::int64_t quantity = 0;
  std::int64_t on_hand = 0;  // after it
  Time at;
  std::string reason;  // in the operator's words
};
BOOST_DESCRIBE_STRUCT(Movement, (), (id, product_id, number, kind, quantity, on_hand, at, reason))

// A change of a reservation that was decided, so that it is not decided again.
struct DecidedChange {
  std::int32_t run = 0;  // of the order's saga; 0: there was none
  Reason refusal = Reason::none;
};
BOOST_DESCRIBE_STRUCT(DecidedChange, (), (run, refusal))

// What one order holds. It leaves `held` once. A `released` one without lines is the tombstone of
// a release that came before its reservation.
struct Reservation {
  Id id;  // the order's
  std::string customer_id;
  ReservationState state = ReservationState::held;
  Reason reason = Reason::none;
  std::vector<ReservedLine> lines;  // one for each product, or for each line of the order
  std::int64_t units = 0;
  bool returned = false;     // all of it
  bool written_off = false;  // what had not come back
  bool by_line = false;      // each line by itself, as taken in all: none may be left of one
  DecidedChange last_change = {};
};
BOOST_DESCRIBE_STRUCT(Reservation, (),
                      (id, customer_id, state, reason, lines, units, returned, written_off, by_line,
                       last_change))

// How much of a line has come back to the shelf.
std::int64_t returned_of(const Reservation& reservation, const ReservedLine& line);

// How many units a customer holds reserved: a sum over the reservations, never stored.
struct HeldUnits {
  std::string id;  // the customer's
  std::int64_t units = 0;
};
BOOST_DESCRIBE_STRUCT(HeldUnits, (), (id, units))

// How far the numbers of the products that were given none have got, in the one record of its kind.
struct ProductNumbers {
  static constexpr std::string_view only = "products";
  std::string id{only};
  std::int64_t last = 0;
};
BOOST_DESCRIBE_STRUCT(ProductNumbers, (), (id, last))

const RecordType& record_type(const ProductNumbers*);

const RecordType& record_type(const Movement*);
MovementView view(const Movement& movement);

const RecordType& record_type(const Item*);

// What others may see of it.
ItemView view(const Item& item);

const RecordType& record_type(const Reservation*);

const RecordType& record_type(const HeldUnits*);

}  // namespace oms::stock
