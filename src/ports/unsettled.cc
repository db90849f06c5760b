#include "ports/unsettled.h"

#include <deque>
#include <map>
#include <mutex>
#include <utility>

namespace oms {

struct Unsettled::State {
  struct Arrival {
    std::vector<std::shared_ptr<const Envelope>> envelopes;  // null: settled
    std::size_t left = 0;
  };
  struct Hold {
    std::shared_ptr<const Broker::Receive> receive;
    std::map<std::uint64_t, Arrival> arrivals;
  };
  struct Retry {
    Clock::time_point due;
    Delivery delivery;
    std::size_t place = 0;
  };

  bool has_room() const { return envelopes < envelopes_max && bytes < bytes_max; }
  void leave(const Envelope& envelope) {
    --envelopes;
    bytes -= envelope.payload.text.size();
  }
  Arrival* find(const Delivery& delivery) {
    const auto hold = holds.find(delivery.hold);
    if (hold == holds.end()) return nullptr;
    const auto arrival = hold->second.arrivals.find(delivery.position);
    return arrival == hold->second.arrivals.end() ? nullptr : &arrival->second;
  }
  void ask_to_look() const {
    if (wake) wake();
  }

  std::mutex mutex;
  std::function<void()> wake;
  std::map<std::uint64_t, Hold> holds;
  std::uint64_t holds_begun = 0;
  std::deque<Retry> retries;  // by when they are due
  std::vector<Delivery> settled;
  std::size_t envelopes = 0;
  std::size_t bytes = 0;
};

Unsettled::Unsettled(std::function<void()> wake) : state_(std::make_shared<State>()) {
  state_->wake = std::move(wake);
}

Unsettled::~Unsettled() {
  const std::scoped_lock lock{state_->mutex};
  state_->wake = nullptr;
  state_->holds.clear();
}

std::uint64_t Unsettled::begin_hold(Broker::Receive receive) {
  const std::scoped_lock lock{state_->mutex};
  const auto hold = ++state_->holds_begun;
  state_->holds[hold].receive = std::make_shared<const Broker::Receive>(std::move(receive));
  return hold;
}

std::vector<Envelope> Unsettled::end_hold(std::uint64_t hold) {
  const std::scoped_lock lock{state_->mutex};
  std::vector<Envelope> left;
  for (const auto& [position, arrival] : state_->holds[hold].arrivals) {
    for (const auto& envelope : arrival.envelopes) {
      if (!envelope) continue;
      state_->leave(*envelope);
      left.push_back(*envelope);
    }
  }
  state_->holds.erase(hold);
  std::erase_if(state_->settled, [&](const Delivery& done) { return done.hold == hold; });
  return left;
}

bool Unsettled::has_room() const {
  const std::scoped_lock lock{state_->mutex};
  return state_->has_room();
}

void Unsettled::hand_in(const Delivery& delivery, std::vector<Envelope> envelopes) {
  std::vector<std::shared_ptr<const Envelope>> kept;
  for (auto& envelope : envelopes) {
    kept.push_back(std::make_shared<const Envelope>(std::move(envelope)));
  }
  std::shared_ptr<const Broker::Receive> receive;
  {
    const std::scoped_lock lock{state_->mutex};
    auto& hold = state_->holds.at(delivery.hold);
    receive = hold.receive;
    if (kept.empty()) return state_->settled.push_back(delivery);
    hold.arrivals[delivery.position] = {kept, kept.size()};
    state_->envelopes += kept.size();
    for (const auto& envelope : kept) state_->bytes += envelope->payload.text.size();
  }
  for (std::size_t place = 0; place < kept.size(); ++place) {
    (*receive)(*kept[place], settler(state_, delivery, place));
  }
}

Broker::Settle Unsettled::settler(const std::shared_ptr<State>& state, const Delivery& delivery,
                                  std::size_t place) {
  return [state, delivery, place](Disposition disposition) {
    settle(state, delivery, place, disposition);
  };
}

void Unsettled::settle(const std::shared_ptr<State>& state, const Delivery& delivery,
                       std::size_t place, Disposition disposition) {
  const std::scoped_lock lock{state->mutex};
  auto* arrival = state->find(delivery);
  if (arrival == nullptr || !arrival->envelopes[place]) return;
  if (disposition == Disposition::retry) {
    state->retries.push_back({Clock::now() + retry_after, delivery, place});
    if (state->retries.size() == 1) state->ask_to_look();
    return;
  }
  const bool had_room = state->has_room();
  state->leave(*arrival->envelopes[place]);
  arrival->envelopes[place].reset();
  bool is_news = !had_room && state->has_room();
  if (--arrival->left == 0) {
    state->holds[delivery.hold].arrivals.erase(delivery.position);
    state->settled.push_back(delivery);
    is_news = is_news || state->settled.size() == 1;
  }
  if (is_news) state->ask_to_look();
}

std::optional<Unsettled::Clock::time_point> Unsettled::hand_in_again(Clock::time_point now) {
  for (;;) {
    std::shared_ptr<const Envelope> envelope;
    std::shared_ptr<const Broker::Receive> receive;
    State::Retry retry;
    {
      const std::scoped_lock lock{state_->mutex};
      if (state_->retries.empty()) return std::nullopt;
      retry = state_->retries.front();
      if (retry.due > now) return retry.due;
      state_->retries.pop_front();
      const auto* arrival = state_->find(retry.delivery);
      if (arrival == nullptr) continue;  // its hold has ended
      envelope = arrival->envelopes[retry.place];
      receive = state_->holds[retry.delivery.hold].receive;
    }
    (*receive)(*envelope, settler(state_, retry.delivery, retry.place));
  }
}

std::vector<Unsettled::Delivery> Unsettled::take_settled() {
  const std::scoped_lock lock{state_->mutex};
  return std::exchange(state_->settled, {});
}

std::optional<std::uint64_t> Unsettled::lowest(std::uint64_t hold) const {
  const std::scoped_lock lock{state_->mutex};
  const auto found = state_->holds.find(hold);
  if (found == state_->holds.end() || found->second.arrivals.empty()) return std::nullopt;
  return found->second.arrivals.begin()->first;
}

}  // namespace oms
