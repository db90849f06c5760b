#include "runtime/relay.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace oms::runtime {
namespace {

using std::chrono::seconds;

constexpr Duration confirmed_within{seconds{5}};  // or it is published again, at growing intervals
constexpr int doublings_max = 4;
constexpr Duration swept_every{seconds{5}};
constexpr Duration tidied_after{seconds{2}};  // before the row is due
// Whatever row still has it then is published again, which is no harm.
constexpr Duration forgotten_after{std::chrono::minutes{10}};

OutgoingKey key_of(const Envelope& envelope) {
  return {envelope.order_id, envelope.passage()};
}

}  // namespace

std::size_t OutgoingHash::operator()(const OutgoingKey& key) const noexcept {
  const auto& [from, to, number] = key.passage;
  const auto ways = static_cast<std::size_t>(from) * 64 + static_cast<std::size_t>(to);
  return std::hash<Id>{}(key.order_id) ^ (static_cast<std::size_t>(number) * 4096 + ways);
}

void Relay::publish(std::vector<Envelope> outgoing, Time now) {
  if (broker_ == nullptr) return;
  for (auto& envelope : outgoing) {
    const auto key = key_of(envelope);
    if (!is_under_way(key) && !is_confirmed(key)) unsent_.push_back(std::move(envelope));
  }
  note_confirmations(now);
  send_waiting(now);
}

void Relay::forget(std::span<const OutgoingKey> dropped) {
  for (const auto& key : dropped) confirmed_.erase(key);
}

void Relay::note_confirmations(Time now) {
  std::vector<OutgoingKey> keys;
  {
    const std::scoped_lock lock{confirmations_->mutex};
    keys.swap(confirmations_->keys);
  }
  bool was_silent = false;
  for (const auto& key : keys) {
    const auto sent = under_way_.find(key);
    if (sent == under_way_.end()) continue;
    was_silent = was_silent || sent->second.times > 1;
    under_way_.erase(sent);
    confirmed_.insert(key);
    to_tidy_.emplace_back(now, key);
  }
  count();
  if (!was_silent) return;
  // The broker confirms again: what it may have missed need not wait any longer.
  for (auto& [key, sent] : under_way_) {
    if (sent.times > 1) sent.again = std::min(sent.again, now);
  }
  sweeps_at_ = now;
}

void Relay::send_waiting(Time now) {
  std::vector<Envelope> batch;
  while (!unsent_.empty() && under_way_.size() + batch.size() < under_way_max) {
    batch.push_back(std::move(unsent_.front()));
    unsent_.pop_front();
  }
  send(batch, now);
}

void Relay::send(const std::vector<Envelope>& batch, Time now) {
  std::vector<OutgoingKey> keys;
  for (const auto& envelope : batch) {
    keys.push_back(key_of(envelope));
    auto& sent = under_way_[keys.back()];
    sent.envelope = envelope;
    sent.again = now + confirmed_within * (1 << std::min(sent.times, doublings_max));
    ++sent.times;
  }
  count();
  if (keys.empty()) return;
  broker_->publish(batch, [confirmations = confirmations_,
                           keys = std::move(keys)](std::span<const std::size_t> places) {
    const std::scoped_lock lock{confirmations->mutex};
    for (const auto place : places) confirmations->keys.push_back(keys.at(place));
  });
}

void Relay::count() {
  waiting_.store(under_way_.size() + unsent_.size(), std::memory_order_relaxed);
}

void Relay::sweep(Time now) {
  if (broker_ == nullptr) return;
  note_confirmations(now);
  send_waiting(now);
  if (now < sweeps_at_) return;
  sweeps_at_ = now + swept_every;
  std::vector<Envelope> again;
  const Sent* silent = nullptr;  // the first to come again, of those that once were not confirmed
  for (const auto& [key, sent] : under_way_) {
    if (sent.again <= now) again.push_back(sent.envelope);
    const bool is_sooner =
        silent == nullptr ||
        std::pair{sent.again, key} < std::pair{silent->again, key_of(silent->envelope)};
    if (sent.times > 1 && is_sooner) silent = &sent;
  }
  // One asks at each sweep whether the broker is back. Once it is, the others follow.
  if (again.empty() && silent != nullptr) again.push_back(silent->envelope);
  std::ranges::sort(again, {}, key_of);  // as they were sent
  send(again, now);
}

std::vector<Id> Relay::to_tidy(Time now, std::size_t max) {
  // Of those are some that another process has dropped from their rows.
  while (!to_forget_.empty() && to_forget_.front().first + forgotten_after <= now) {
    confirmed_.erase(to_forget_.front().second);
    to_forget_.pop_front();
  }
  std::vector<Id> orders;
  while (!to_tidy_.empty() && to_tidy_.front().first + tidied_after <= now && orders.size() < max) {
    const auto& key = to_tidy_.front().second;
    if (is_confirmed(key) && !std::ranges::count(orders, key.order_id)) {
      orders.push_back(key.order_id);
    }
    to_forget_.push_back(to_tidy_.front());
    to_tidy_.pop_front();
  }
  return orders;
}

Duration Relay::until_next(Time now, Duration patience) const {
  if (!under_way_.empty()) patience = std::min(patience, sweeps_at_ - now);
  if (!to_tidy_.empty()) patience = std::min(patience, to_tidy_.front().first + tidied_after - now);
  return std::max(patience, Duration{0});
}

}  // namespace oms::runtime
