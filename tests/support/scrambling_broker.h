#pragma once

#include <deque>
#include <iterator>
#include <list>
#include <map>
#include <numeric>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "ports/broker.h"
#include "process/service_set.h"

namespace oms::testing {

// The worst that a broker may do, always: it brings everything twice, the last first, and never to
// the same replica again.
class ScramblingBroker final : public Broker {
 public:
  explicit ScramblingBroker(std::vector<process::ServiceGroup> groups = process::groups_apart())
      : groups_(std::move(groups)) {}

  void publish(std::vector<Envelope> envelopes, OnConfirmed on_confirmed) override {
    if (is_down) {
      refused += static_cast<int>(envelopes.size());
      return;
    }
    std::set<std::pair<ServiceName, Id>> sent;
    std::vector<std::size_t> places(envelopes.size());
    std::iota(places.begin(), places.end(), 0U);
    for (auto& envelope : envelopes) {
      if (envelope.to == ServiceName::world) {
        announced.push_back(envelope.payload.text);
        continue;
      }
      traceparents.push_back(envelope.traceparent);
      if (sent.emplace(process::home_of(envelope.to, groups_), envelope.order_id).second)
        ++messages;
      waiting_.push_back(envelope);
      waiting_.push_back(std::move(envelope));
      ++published;
    }
    on_confirmed(places);
  }
  Subscription subscribe(ServiceName to, Receive receive) override {
    const auto kept = subscribers_[to].insert(subscribers_[to].end(), std::move(receive));
    return {&*kept, [this, to, kept](const void*) { subscribers_[to].erase(kept); }};
  }

  // To any replica, whatever it says that it consumes: that is for speed alone.
  void consume(ServiceName to, std::span<const std::size_t> partitions) override {
    consumed[to] = {partitions.begin(), partitions.end()};
  }

  bool is_idle() const { return waiting_.empty(); }

  // Brings all that is there at this moment.
  void deliver() {
    auto batch = std::exchange(waiting_, {});
    for (; !batch.empty(); batch.pop_back()) {
      const auto& envelope = batch.back();
      const auto& replicas = subscribers_.at(envelope.to);
      const auto turn = static_cast<std::ptrdiff_t>(++turn_ % replicas.size());
      (*std::next(replicas.begin(), turn))(envelope, [this, envelope](Disposition disposition) {
        if (disposition == Disposition::retry) waiting_.push_back(envelope);
      });
    }
  }

  bool is_down = false;  // takes nothing
  int published = 0;     // envelopes
  // What one commit says to one group of services about one order is one of these.
  int messages = 0;
  std::map<ServiceName, std::vector<std::size_t>> consumed;  // as it was said last
  int refused = 0;
  std::vector<std::string> traceparents;  // of each envelope between services
  std::vector<std::string> announced;     // public events

 private:
  const std::vector<process::ServiceGroup> groups_ = process::groups_apart();
  std::deque<Envelope> waiting_;
  std::map<ServiceName, std::list<Receive>> subscribers_;
  std::size_t turn_ = 0;
};

}  // namespace oms::testing
