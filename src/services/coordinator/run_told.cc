// What a run leaves behind of its steps: the operator's timeline, what the order shows, and what
// has come of each line.
#include <algorithm>

#include "services/coordinator/run.h"

namespace oms::coordinator {

using sagas::Command;
using Result = StepAnswer::Result;

void RunTransition::note_asked() {
  const bool is_undo = run_.phase == Phase::undoing;
  auto* last = last_noted();
  if (last != nullptr && last->is_undo == is_undo && !last->answered_at) {
    last->attempts = run_.attempt;
    return;
  }
  auto& timeline = saga_.timeline;
  if (timeline.size() == timeline_max) timeline.erase(timeline.begin());
  timeline.push_back({.run = number_,
                      .step = run_.step,
                      .is_undo = is_undo,
                      .attempts = run_.attempt,
                      .asked_at = now_.wall});
}

void RunTransition::note_answer(Result result, Reason reason, bool by_operator) {
  auto* last = last_noted();
  if (last == nullptr || last->answered_at) return;
  last->answered_at = now_.wall;
  last->result = result;
  last->reason = reason;
  last->by_operator = by_operator;
}

// Of the step that the run has come to; null: none.
TimelineStep* RunTransition::last_noted() {
  const auto found = std::ranges::find_if(
      saga_.timeline.rbegin(), saga_.timeline.rend(),
      [&](const TimelineStep& noted) { return noted.run == number_ && noted.step == run_.step; });
  return found == saga_.timeline.rend() ? nullptr : &*found;
}

void RunTransition::show(const std::optional<OrderStatus>& status) {
  if (status) decision_.sends(ShowProgress{.status = *status, .lines = lines_apart()});
}

// What has come of each line, where a participant says so.
void RunTransition::note(const std::vector<ProductQuantity>& lines, Command act) {
  if (lines.empty()) return;
  if (!is_life()) {
    auto& change = *saga_.change;
    (act == Command::change_lines ? change.taken : change.returned) = lines;
    return;
  }
  for (std::size_t i = 0; i < std::min(lines.size(), saga_.lines.size()); ++i) {
    saga_.lines[i].status = lines[i].quantity > 0 ? LineStatus::executed : LineStatus::cancelled;
  }
}

// Empty where all lines go together.
std::vector<LineStatus> RunTransition::lines_apart() const {
  std::vector<LineStatus> apart;
  for (const auto& line : saga_.lines) {
    if (line.status == LineStatus::pending) return {};
    apart.push_back(line.status);
  }
  return apart;
}

}  // namespace oms::coordinator
