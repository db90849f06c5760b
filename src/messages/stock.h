#pragma once

#include "messages/orders.h"

namespace oms {

// Far below what 64 bits hold, so that no sum of counters can overflow.
inline constexpr std::int64_t shelf_max = 1'000'000'000'000;
inline constexpr MinorUnits price_max = 1'000'000'000'000;
inline constexpr std::int64_t preparation_ms_max = 86'400'000;  // a day

// A question that orders puts before it accepts: what are these, and what do they cost?
struct QuoteLines {
  static constexpr auto to = ServiceName::stock;
  std::vector<RequestedLine> lines;
};
BOOST_DESCRIBE_STRUCT(QuoteLines, (), (lines))

// The answer, line by line in the order asked. An unknown product's line has an empty name.
struct Quote {
  std::vector<OrderLine> lines;
  std::string currency;                 // the shop's
  std::vector<std::int64_t> available;  // of each line's product
  std::vector<std::string> currencies;  // of each line's price
};
BOOST_DESCRIBE_STRUCT(Quote, (), (lines, currency, available, currencies))

// All lines or none. Stock alone decides what is available.
struct ReserveStock {
  static constexpr auto to = ServiceName::stock;
  StepRef ref;
  std::string customer_id;
  std::vector<OrderLine> lines;
};
BOOST_DESCRIBE_STRUCT(ReserveStock, (), (ref, customer_id, lines))

// Undoes a reservation, also one that has not arrived yet (it leaves a tombstone).
struct ReleaseStock {
  static constexpr auto to = ServiceName::stock;
  StepRef ref;
};
BOOST_DESCRIBE_STRUCT(ReleaseStock, (), (ref))

// The goods are sold: they leave the shelf.
struct CommitStock {
  static constexpr auto to = ServiceName::stock;
  StepRef ref;
};
BOOST_DESCRIBE_STRUCT(CommitStock, (), (ref))

// Undoes a commit. What was prepared or is on the road does not come back: it is written off.
struct ReturnStock {
  static constexpr auto to = ServiceName::stock;
  StepRef ref;
  bool write_off = false;
};
BOOST_DESCRIBE_STRUCT(ReturnStock, (), (ref, write_off))

// So much of each product is to have come back in all: what has already is not counted again.
struct ReturnLines {
  static constexpr auto to = ServiceName::stock;
  StepRef ref;
  std::vector<ProductQuantity> lines;
};
BOOST_DESCRIBE_STRUCT(ReturnLines, (), (ref, lines))

// Sell at once what is there: each line by itself, whole or not at all. The answer has, for each,
// how much was taken. Refused where it is nothing, or where it goes as a whole and a line is short.
struct TakeLines {
  static constexpr auto to = ServiceName::stock;
  StepRef ref;
  std::string customer_id;
  std::vector<ProductQuantity> lines;
  bool as_a_whole = false;
};
BOOST_DESCRIBE_STRUCT(TakeLines, (), (ref, customer_id, lines, as_a_whole))

// These are to be reserved instead, all lines or none. Refused where one is short: then what was
// reserved stays.
struct ChangeReservation {
  static constexpr auto to = ServiceName::stock;
  StepRef ref;
  std::vector<ProductQuantity> lines;
};
BOOST_DESCRIBE_STRUCT(ChangeReservation, (), (ref, lines))

// So much of each line is to have been taken in all: the first lines are those of before. What is
// not there leaves its line as it was. The answer has, for each, how much it is then.
struct ChangeLines {
  static constexpr auto to = ServiceName::stock;
  StepRef ref;
  std::vector<ProductQuantity> lines;
};
BOOST_DESCRIBE_STRUCT(ChangeLines, (), (ref, lines))

// How the caller has seen an item, if that is to matter: If-Match and If-None-Match of RFC 9110.
struct ItemCondition {
  bool must_exist = false;
  bool must_be_new = false;
  std::vector<std::int64_t> versions;  // of an item that must exist; empty: any
};
BOOST_DESCRIBE_STRUCT(ItemCondition, (), (must_exist, must_be_new, versions))

// The operator describes an item, new or known. Absent fields stay as they are.
struct SetItem {
  static constexpr auto to = ServiceName::stock;
  std::string product_id;  // empty: a new one, by the next number
  std::optional<std::string> name;
  std::optional<std::string> kind;
  std::optional<std::string> price_id;
  std::optional<MinorUnits> price;
  std::optional<std::int64_t> on_hand;
  std::optional<std::int64_t> low_at;
  std::optional<std::int64_t> preparation_ms;
  ItemCondition condition;
  std::string reason;  // why another count is there, in the operator's words
  std::optional<std::string> currency;
};
BOOST_DESCRIBE_STRUCT(SetItem, (),
                      (product_id, name, kind, price_id, price, on_hand, low_at, preparation_ms,
                       condition, reason, currency))

struct RestockItem {
  static constexpr auto to = ServiceName::stock;
  std::string product_id;
  std::int64_t quantity = 0;
  ItemCondition condition;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(RestockItem, (), (product_id, quantity, condition, reason))

// It is not sold any more. Refused while some of it is reserved.
struct ArchiveItem {
  static constexpr auto to = ServiceName::stock;
  std::string product_id;
  ItemCondition condition;
};
BOOST_DESCRIBE_STRUCT(ArchiveItem, (), (product_id, condition))

namespace stock {

enum class ReservationState { held, committed, released, refused };
BOOST_DESCRIBE_ENUM(ReservationState, held, committed, released, refused)

struct ReservedLine {
  std::string product_id;
  std::int64_t quantity = 0;
  std::int64_t returned = 0;  // has come back by itself, or will once it is sold
};
BOOST_DESCRIBE_STRUCT(ReservedLine, (), (product_id, quantity, returned))

// By what the number on hand has changed.
enum class MovementKind {
  initial,      // what was there when the ledger began
  restock,      // by the operator
  adjusted,     // by the operator's stocktaking: more or less
  committed,    // sold
  returned,     // came back
  written_off,  // sold, and lost: it will not come back. Nothing changes on hand
};
BOOST_DESCRIBE_ENUM(MovementKind, initial, restock, adjusted, committed, returned, written_off)

// What orders have moved on one day, as far as the ledger has no rows of it yet.
struct DayOfMovements {
  std::string day;  // the shop's; empty: nothing has moved
  Time first;
  Time last;
  std::int64_t committed = 0;
  std::int64_t returned = 0;
  std::int64_t written_off = 0;
};
BOOST_DESCRIBE_STRUCT(DayOfMovements, (), (day, first, last, committed, returned, written_off))

// What a movement has changed on hand.
constexpr std::int64_t change_of(MovementKind kind, std::int64_t quantity) {
  if (kind == MovementKind::committed) return -quantity;
  return kind == MovementKind::written_off ? 0 : quantity;
}
constexpr std::int64_t change_of(const DayOfMovements& day) {
  return day.returned - day.committed;
}

// "soup/0000000001", the n-th line of a product's ledger; a product's id that leaves no room for
// the number in a key is digested.
std::string movement_id(std::string_view product_id, std::int64_t number);

}  // namespace stock

// A question that reconciliation puts: what is reserved for these orders?
struct ReservationsOf {
  static constexpr auto to = ServiceName::stock;
  std::vector<Id> ids;  // sorted
};
BOOST_DESCRIBE_STRUCT(ReservationsOf, (), (ids))

struct ReservationFacts {
  Id order_id;
  stock::ReservationState state = stock::ReservationState::held;
  bool is_returned = false;
  bool is_written_off = false;
  bool by_line = false;  // taken line by line, so that none may be left of one
};
BOOST_DESCRIBE_STRUCT(ReservationFacts, (), (order_id, state, is_returned, is_written_off, by_line))

// The answer: those that are kept, by their orders' ids.
struct ReservationsAre {
  std::vector<ReservationFacts> reservations;
};
BOOST_DESCRIBE_STRUCT(ReservationsAre, (), (reservations))

// What others may see of an item: customers by the menu, the operator all of it.
struct ItemView {
  std::string id;  // the product id
  std::string name;
  std::string kind;  // "dish" or "goods"
  std::string price_id;
  MinorUnits price = 0;
  std::string currency;
  std::int64_t preparation_ms = 0;
  std::int64_t low_at = 0;
  std::int64_t on_hand = 0;
  std::int64_t reserved = 0;
  std::int64_t available = 0;  // less than 0 after a stocktaking
  std::int64_t initial = 0;
  std::int64_t restocked = 0;
  std::int64_t returned = 0;
  std::int64_t committed = 0;
  std::int64_t version = 0;
  bool archived = false;  // no longer sold, nor on the menu
  std::int64_t written_off = 0;
  std::int64_t movements = 0;  // in its ledger
  stock::DayOfMovements today;
};
BOOST_DESCRIBE_STRUCT(ItemView, (),
                      (id, name, kind, price_id, price, currency, preparation_ms, low_at, on_hand,
                       reserved, available, initial, restocked, returned, committed, version,
                       archived, written_off, movements, today))

const RecordType& record_type(const ItemView*);

// One line of an item's ledger.
struct MovementView {
  std::string id;  // see `stock::movement_id`
  std::string product_id;
  std::int64_t number = 0;  // from 1
  stock::MovementKind kind = stock::MovementKind::initial;
  std::int64_t quantity = 0;
  std::int64_t on_hand = 0;  // after it
  Time at;
  std::string reason;  // in the operator's words
};
BOOST_DESCRIBE_STRUCT(MovementView, (),
                      (id, product_id, number, kind, quantity, on_hand, at, reason))

const RecordType& record_type(const MovementView*);

// What is reserved for an order, as it is kept: the edge shows it and does not look into it.
struct ReservationView;
const RecordType& record_type(const ReservationView*);

}  // namespace oms
