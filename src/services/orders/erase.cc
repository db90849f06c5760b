#include "services/orders/erase.h"

#include <array>

#include "messages/personal_data.h"

namespace oms::orders {
namespace {

// They know who the customer is. The others are told ids, and what a saga knows it drops at its
// end.
constexpr std::array others{ServiceName::kitchen, ServiceName::delivery,
                            ServiceName::notifications};

Erasure ask_others(const Id& order_id, Now now, Decision& decision) {
  for (const auto service : others) decision.sends(ErasePersonalData{.to = service});
  decision.forget.push_back(order_id.text());
  return {.at = now.wall, .waits_for = {others.begin(), others.end()}};
}

}  // namespace

Decision begin_erasure(const EraseCustomer& command, Now now) {
  Decision decision;
  decision.shows(key_of<ErasedCustomer>(command.customer_id));
  decision.saves(ErasedCustomer{.id = command.customer_id, .asked_at = now.wall, .until = now.at});
  decision.forget.push_back(command.customer_id);
  decision.sends(EraseAccountHolder{.customer_id = command.customer_id});
  return decision;
}

// It may have been asked for once more meanwhile.
Decision end_erasure(const CustomerErased& command, const ErasedCustomer* known, Now now) {
  if (known == nullptr || known->erased_at || known->until != command.until) return {};
  auto customer = *known;
  customer.erased_at = now.wall;
  Decision decision;
  return std::move(decision.saves(std::move(customer)));
}

Decision erase_person_from(const Order& order, Now now) {
  const bool is_live = !is_final(order.status) || is_changing(order);
  if (is_live || order.erasure) return {};
  Decision decision;
  auto erased = order;
  erase_person(erased);
  erased.erasure = ask_others(order.id, now, decision);
  ++erased.version;
  erased.updated_at = std::max(now.wall, order.updated_at);
  return std::move(decision.saves(std::move(erased)));
}

Decision erase_person_from(const ArchivedOrder& order, Now now) {
  if (order.erasure) return {};
  Decision decision;
  auto erased = order;
  erased.erasure = ask_others(order.id, now, decision);
  return std::move(decision.saves(std::move(erased)));
}

bool note_erased(std::optional<Erasure>& erasure, ServiceName by) {
  return erasure && std::erase(erasure->waits_for, by) > 0;
}

}  // namespace oms::orders
