#include "tools/check/story.h"

#include <algorithm>

#include "sagas/all.h"

namespace oms::check {

bool asks_for(const orders::Order& order, sagas::Command command) {
  const auto* life = sagas::find(order.saga);
  return life != nullptr &&
         std::ranges::find(life->steps, command, &sagas::Step::act) != life->steps.end();
}

bool may_be_tidied(const Story& story, const Circumstances& circumstances) {
  if (story.archived != nullptr) return true;
  const bool is_over = story.order == nullptr || is_final(story.order->status);
  return is_over && made_at(story.id) < circumstances.kept_since;
}

}  // namespace oms::check
