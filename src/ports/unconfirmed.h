#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "messages/parcel.h"
#include "ports/broker.h"

namespace oms {

// The messages that a broker's adapter has to publish, until each is confirmed or dropped: bounded,
// and each of them once. While a broker is away its senders publish again and again; the first
// copy, which still waits here, is enough. Any thread.
class Unconfirmed {
 public:
  static constexpr std::size_t envelopes_max = 4096;
  static constexpr std::size_t bytes_max = std::size_t{64} * 1024 * 1024;

  struct Outgoing {
    Parcel parcel;
    std::vector<std::pair<Id, Passage>> keys;  // of its envelopes
    std::size_t bytes = 0;                     // of their payloads
    std::shared_ptr<const Broker::OnConfirmed> on_confirmed;
  };

  // Those to publish now. The ones that are under way already, or have no room, are left out.
  std::vector<Outgoing> admit(std::vector<Envelope> envelopes, Broker::OnConfirmed on_confirmed,
                              std::size_t partitions);

  // Each of them comes to one of these ends.
  void confirm(const Outgoing& outgoing);
  void drop(const Outgoing& outgoing);

 private:
  std::mutex mutex_;
  std::set<std::pair<Id, Passage>> under_way_;
  std::size_t bytes_ = 0;
};

}  // namespace oms
