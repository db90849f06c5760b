#include "adapters/simulated/memory_book.h"

#include <algorithm>

namespace oms::simulated {

bool MemoryBook::open(const Session& session, std::string_view /*description*/) {
  if (!accounts_.try_emplace(session.id, Account{.session = session}).second) return false;
  sessions_[session.order_id].push_back(session.id);
  return true;
}

std::optional<Session> MemoryBook::find(const Id& id) {
  const auto account = accounts_.find(id);
  if (account == accounts_.end()) return std::nullopt;
  return account->second.session;
}

std::vector<Session> MemoryBook::sessions_of(const Id& order_id) {
  std::vector<Session> found;
  const auto ids = sessions_.find(order_id);
  if (ids == sessions_.end()) return found;
  for (const auto& id : ids->second) found.push_back(accounts_.at(id).session);
  return found;
}

bool MemoryBook::close(const Session& session, const Entry& entry) {
  if (standing(session.id).status != Standing::Status::open) return false;
  add(entry);
  return true;
}

void MemoryBook::add(const Entry& entry) {
  auto& account = accounts_.at(entry.session_id);
  account.standing.count(entry.number, entry.kind, entry.amount);
  if (entry.kind == EntryKind::refund) account.refunds.push_back(entry);
}

std::optional<Entry> MemoryBook::refund_with(const Id& id, std::string_view key) {
  const auto& refunds = accounts_.at(id).refunds;
  const auto found = std::ranges::find(refunds, key, &Entry::key);
  if (found == refunds.end()) return std::nullopt;
  return *found;
}

}  // namespace oms::simulated
