#include "runtime/orders_over.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace oms::runtime {

Result<std::vector<Id>> orders_over(const Service& service, const std::vector<Id>& ids,
                                    const Look& look) {
  auto over = ids;
  for (const auto& rule : service.retention()) {
    std::vector<Key> keys;
    keys.reserve(over.size());
    for (const auto& id : over) keys.push_back({rule.type, id.key()});
    OMS_TRY(const auto found, look(keys));
    std::size_t i = 0;
    std::erase_if(over, [&](const Id&) {
      const auto& [record, version, is_newer] = found[i++];
      return is_newer || (record && !rule.is_over(record));
    });
  }
  return over;
}

void OverForAll::ask(ServiceName to, const Services& services, const Look& look, Peers* peers) {
  const auto* service = services.named(to);
  if (service == nullptr && peers == nullptr) return;  // it is nowhere
  {
    const std::scoped_lock lock{state_->mutex};
    ++state_->open;
  }
  if (service != nullptr) return hear(*state_, orders_over(*service, ids_, look));
  peers->ask(WhichAreOver{.to = to, .ids = ids_}, [state = state_](const Result<Answer>& answer) {
    const auto* are = answer ? std::get_if<AreOver>(&*answer) : nullptr;
    if (are == nullptr) return hear(*state, fail(ErrorKind::unavailable, "there is no answer"));
    hear(*state, are->ids);
  });
}

void OverForAll::hear(State& state, const Result<std::vector<Id>>& over) {
  const std::scoped_lock lock{state.mutex};
  --state.open;
  std::vector<Id> both;
  if (over) std::ranges::set_intersection(state.over, *over, std::back_inserter(both));
  state.over = std::move(both);
}

bool OverForAll::is_answered() const {
  const std::scoped_lock lock{state_->mutex};
  return state_->open == 0;
}

std::vector<Id> OverForAll::over() const {
  const std::scoped_lock lock{state_->mutex};
  return state_->over;
}

}  // namespace oms::runtime
