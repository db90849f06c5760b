#include "services/stock/ledger.h"

#include <string>
#include <utility>

namespace oms::stock {
namespace {

// One item's ledger, as it grows.
class Ledger {
 public:
  Ledger(Item& item, const Item* before, const Occasion& occasion, Decision& decision)
      : item_(item),
        occasion_(occasion),
        decision_(decision),
        on_hand_(before != nullptr ? before->on_hand() - change_of(before->today) : 0) {}

  // What it began with: a new item, or one from before there were ledgers.
  void open(std::int64_t quantity, Time at, std::string_view reason = {}) {
    if (item_.movements == 0) add(MovementKind::initial, quantity, at, reason);
  }

  // Returns come first, so that what is on hand is never less than 0.
  void write_day() {
    const auto day = std::exchange(item_.today, {});
    if (day.day.empty()) return;
    open(on_hand_, day.first);
    add_sum(MovementKind::returned, day.returned, day);
    add_sum(MovementKind::committed, day.committed, day);
    add_sum(MovementKind::written_off, day.written_off, day);
  }

  void add_own(MovementKind kind, std::int64_t quantity) {
    if (quantity != 0) add(kind, quantity, occasion_.at, occasion_.reason);
  }

 private:
  void add_sum(MovementKind kind, std::int64_t quantity, const DayOfMovements& day) {
    if (quantity != 0) add(kind, quantity, day.last, {});
  }

  void add(MovementKind kind, std::int64_t quantity, Time at, std::string_view reason) {
    on_hand_ = kind == MovementKind::initial ? quantity : on_hand_ + change_of(kind, quantity);
    ++item_.movements;
    decision_.adds(Movement{.id = movement_id(item_.id, item_.movements),
                            .product_id = item_.id,
                            .number = item_.movements,
                            .kind = kind,
                            .quantity = quantity,
                            .on_hand = on_hand_,
                            .at = at,
                            .reason = std::string{reason}});
  }

  Item& item_;
  const Occasion& occasion_;
  Decision& decision_;
  std::int64_t on_hand_;
};

// What the decision has moved it by.
struct Moved {
  std::int64_t restocked = 0;
  std::int64_t adjusted = 0;
  std::int64_t committed = 0;
  std::int64_t returned = 0;
  std::int64_t written_off = 0;

  bool is_by_operator() const { return restocked != 0 || adjusted != 0; }
  bool is_by_orders() const { return committed != 0 || returned != 0 || written_off != 0; }
};

void add_to_day(DayOfMovements& today, const Moved& moved, std::string day, Time at) {
  if (today.day.empty()) today = {.day = std::move(day), .first = at};
  today.last = at;
  today.committed += moved.committed;
  today.returned += moved.returned;
  today.written_off += moved.written_off;
}

Moved moved_between(const Item& before, const Item& after) {
  return {.restocked = after.restocked - before.restocked,
          .adjusted = after.initial - before.initial,
          .committed = after.committed - before.committed,
          .returned = after.returned - before.returned,
          .written_off = after.written_off - before.written_off};
}

void note(const Moved& moved, Item& item, const Item* before, const Occasion& occasion,
          Decision& decision) {
  Ledger ledger{item, before, occasion, decision};
  if (before == nullptr) return ledger.open(item.on_hand(), occasion.at, occasion.reason);
  if (moved.is_by_operator()) {
    ledger.write_day();
    ledger.open(before->on_hand(), occasion.at);
    ledger.add_own(MovementKind::restock, moved.restocked);
    ledger.add_own(MovementKind::adjusted, moved.adjusted);
  }
  if (!moved.is_by_orders()) return;
  auto day = local_day(occasion.zone, occasion.at);
  if (item.today.day != day) ledger.write_day();
  add_to_day(item.today, moved, std::move(day), occasion.at);
}

}  // namespace

Movement opening_at(Movement line) {
  line.kind = MovementKind::initial;
  line.quantity = line.on_hand;
  line.reason.clear();
  return line;
}

void keep_ledger(Decision& decision, const Records& records, const Occasion& occasion) {
  const auto saved = decision.save.size();
  for (std::size_t i = 0; i < saved; ++i) {
    const auto* item = decision.save[i].as<Item>();
    if (item == nullptr) continue;
    const auto* before = records.get<Item>(item->id);
    const auto moved = before != nullptr ? moved_between(*before, *item) : Moved{};
    if (before != nullptr && !moved.is_by_operator() && !moved.is_by_orders()) continue;
    auto kept = *item;
    note(moved, kept, before, occasion, decision);
    decision.save[i] = make_record(std::move(kept));
  }
}

}  // namespace oms::stock
