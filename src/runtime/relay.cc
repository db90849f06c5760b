#include "runtime/relay.h"

#include <algorithm>
#include <utility>

#include "base/planted.h"

namespace oms::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration confirmed_within{seconds{5}};  // or it is published again, ever more seldom
constexpr int doublings_max = 4;
constexpr Duration swept_every{seconds{5}};
constexpr Duration abandoned_after{seconds{10}};  // whoever lives has had its time to publish it
constexpr Duration soon{milliseconds{50}};

const Outgoing& outgoing_in(const Record& record) {
  return *record.as<Outgoing>();
}

}  // namespace

void Relay::note(std::span<const Change> changes, Time now) {
  if (broker_ == nullptr) return;
  for (const auto& change : changes) {
    if (change.record && change.key.type == &type_of<Outgoing>()) unsent_.push_back(change.record);
  }
  send_waiting(now);
}

void Relay::forget(const Published& published, Time now) {
  if (planted::is("keep_confirmed")) return;
  bool was_silent = false;
  for (const auto& id : published.ids) {
    const auto sent = under_way_.find(id);
    if (sent == under_way_.end()) continue;
    was_silent = was_silent || sent->second.times > 1;
    under_way_.erase(sent);
  }
  send_waiting(now);
  if (!was_silent) return;
  // The broker confirms again: what it may have missed need not wait any longer.
  for (auto& [id, sent] : under_way_) sent.again = std::min(sent.again, now);
  sweeps_at_ = now;
}

void Relay::send_waiting(Time now) {
  std::vector<Record> batch;
  while (!unsent_.empty() && under_way_.size() + batch.size() < under_way_max) {
    batch.push_back(std::move(unsent_.front()));
    unsent_.pop_front();
  }
  publish(batch, now);
}

void Relay::publish(const std::vector<Record>& batch, Time now) {
  std::vector<Envelope> envelopes;
  std::vector<std::string> ids;
  for (const auto& record : batch) {
    const auto& outgoing = outgoing_in(record);
    envelopes.push_back(outgoing.envelope);
    ids.push_back(outgoing.id);
    auto& sent = under_way_[outgoing.id];
    sent.outgoing = record;
    sent.again = now + confirmed_within * (1 << std::min(sent.times, doublings_max));
    ++sent.times;
  }
  waiting_.store(under_way_.size() + unsent_.size(), std::memory_order_relaxed);
  if (ids.empty()) return;
  if (planted::is("forget_unconfirmed")) tell_({.ids = ids});
  broker_->publish(std::move(envelopes),
                   [tell = tell_, ids = std::move(ids)] { tell({.ids = ids}); });
}

Result<void> Relay::sweep(const Share& share, Time now) {
  if (broker_ == nullptr || now < sweeps_at_) return {};
  if (planted::is("publish_once")) return {};
  sweeps_at_ = now + swept_every;
  std::vector<Record> again;
  const Sent* silent = nullptr;  // the first to come again, of those that once were not confirmed
  for (const auto& [id, sent] : under_way_) {
    if (sent.again <= now) again.push_back(sent.outgoing);
    const bool is_sooner =
        silent == nullptr || std::pair{sent.again, outgoing_in(sent.outgoing).id} <
                                 std::pair{silent->again, outgoing_in(silent->outgoing).id};
    if (sent.times > 1 && is_sooner) silent = &sent;
  }
  // One asks at each sweep whether the broker is back. Once it is, the others follow.
  if (again.empty() && silent != nullptr) again.push_back(silent->outgoing);
  std::ranges::sort(again, {}, [](const Record& record) { return outgoing_in(record).id; });
  publish(again, now);
  for (int n = 0; n < partition_count && has_room(); ++n) {
    const auto partition = std::exchange(swept_, (swept_ + 1) % partition_count);
    if (!share.has(partition, now)) continue;
    OMS_TRY(const bool is_all, adopt(partition, now));
    if (!is_all) sweeps_at_ = now + soon;
  }
  return {};
}

// False when there is more.
Result<bool> Relay::adopt(std::int64_t partition, Time now) {
  OMS_TRY(const auto page, store_.find({.type = &type_of<Outgoing>(),
                                        .column = "partition",
                                        .value = std::to_string(partition),
                                        .newest_first = false,
                                        .limit = 256}));
  std::vector<Record> abandoned;
  for (const auto& found : page.records) {
    const auto& outgoing = outgoing_in(found.record);
    const bool is_ours = under_way_.contains(outgoing.id);
    if (planted::is("leave_abandoned")) continue;
    if (is_ours || outgoing.at + abandoned_after > now) continue;
    if (under_way_.size() + abandoned.size() == under_way_max) break;
    abandoned.push_back(found.record);
  }
  publish(abandoned, now);
  return !page.more || abandoned.empty();
}

Duration Relay::until_next(Time now, Duration patience) const {
  if (broker_ == nullptr) return patience;
  return std::clamp(sweeps_at_ - now, Duration{0}, patience);
}

}  // namespace oms::runtime
