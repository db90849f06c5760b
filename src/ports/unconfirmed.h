#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "messages/parcel.h"
#include "ports/broker.h"

namespace oms {

// What a broker's adapter has been given to publish and has not told the end of: bounded, and each
// message once. While a broker is away its senders publish again and again; the first copy, which
// still waits here, is enough. Any thread.
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

  // What is to be published now. What is under way already, or has no room, is left out.
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
