#include "tools/check/story.h"

namespace oms::check {

Time made_at(const Id& id) {
  std::int64_t seconds = 0;
  for (std::size_t i = 0; i < 4; ++i) seconds = seconds * 256 + id.bytes()[i];
  return {seconds * 1000};
}

bool may_be_tidied(const Story& story, const Circumstances& circumstances) {
  if (story.archived != nullptr) return true;
  const bool is_over = story.order == nullptr || is_final(story.order->status);
  return is_over && made_at(story.id) < circumstances.kept_since;
}

}  // namespace oms::check
