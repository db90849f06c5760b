#include "runtime/relay.h"

#include <algorithm>
#include <utility>

namespace oms::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What the broker has not confirmed by then is published again.
constexpr Duration confirmed_within{seconds{5}};
constexpr Duration swept_every{seconds{5}};
constexpr Duration soon{milliseconds{50}};

}  // namespace

void Relay::note(std::span<const Change> changes, Time now) {
  if (broker_ == nullptr) return;
  std::vector<Envelope> envelopes;
  std::vector<std::string> ids;
  for (const auto& change : changes) {
    if (change.key.type != &type_of<Outgoing>()) continue;
    if (!change.record) {
      const bool was_ours = under_way_.erase(std::string{change.key.id.view()}) > 0;
      if (was_ours && left_ > 0) sweeps_at_ = now;
    } else if (under_way_.size() + ids.size() < under_way_max) {
      const auto& outgoing = *change.record.as<Outgoing>();
      envelopes.push_back(outgoing.envelope);
      ids.push_back(outgoing.id);
    } else {
      ++left_;
    }
  }
  publish(std::move(envelopes), std::move(ids), now);
}

void Relay::publish(std::vector<Envelope> envelopes, std::vector<std::string> ids, Time now) {
  for (const auto& id : ids) under_way_.insert_or_assign(id, now);
  waiting_.store(under_way_.size() + left_, std::memory_order_relaxed);
  if (ids.empty()) return;
  broker_->publish(std::move(envelopes),
                   [tell = tell_, ids = std::move(ids)] { tell({.ids = ids}); });
}

Result<void> Relay::sweep(const Share& share, Time now) {
  if (broker_ == nullptr || now < sweeps_at_) return {};
  sweeps_at_ = now + swept_every;
  std::erase_if(under_way_,
                [&](const auto& entry) { return entry.second + confirmed_within <= now; });
  for (int n = 0; n < partition_count && !is_full(); ++n) {
    const auto partition = std::exchange(swept_, (swept_ + 1) % partition_count);
    if (!share.has(partition, now)) continue;
    OMS_TRY(const bool is_swept, sweep(partition, now));
    if (!is_swept) sweeps_at_ = now + soon;
  }
  return {};
}

// False when there is more.
Result<bool> Relay::sweep(std::int64_t partition, Time now) {
  OMS_TRY(const auto page, store_.find({.type = &type_of<Outgoing>(),
                                        .column = "partition",
                                        .value = std::to_string(partition),
                                        .newest_first = false,
                                        .limit = under_way_max}));
  std::vector<Envelope> envelopes;
  std::vector<std::string> ids;
  for (const auto& found : page.records) {
    const auto& outgoing = *found.record.as<Outgoing>();
    // What is young is under way from whoever has committed it.
    if (under_way_.contains(outgoing.id) || outgoing.at + confirmed_within > now) continue;
    if (under_way_.size() + ids.size() == under_way_max) break;
    envelopes.push_back(outgoing.envelope);
    ids.push_back(outgoing.id);
  }
  left_ -= std::min(left_, ids.size());
  publish(std::move(envelopes), std::move(ids), now);
  return !page.more;
}

Duration Relay::until_next(Time now, Duration patience) const {
  if (broker_ == nullptr) return patience;
  return std::clamp(sweeps_at_ - now, Duration{0}, patience);
}

}  // namespace oms::runtime
