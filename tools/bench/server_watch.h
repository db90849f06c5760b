#pragma once

#include <cstdint>
#include <string_view>

#include "tools/bench/channel.h"
#include "tools/bench/target.h"

namespace oms::bench {

// What the server and this program had used up at one moment.
struct Snapshot {
  Nanos at = 0;
  std::uint64_t batches = 0;
  std::uint64_t messages = 0;
  std::uint64_t rows = 0;
  std::uint64_t wake_ups = 0;
  std::uint64_t dead_letters = 0;
  std::uint64_t refused = 0;   // for a full queue
  std::uint64_t deferred = 0;  // effects
  std::uint64_t failed_commits = 0;
  std::uint64_t resident = 0;  // bytes of the server
  double server_cpu = 0;       // seconds; 0 if its process is not known
  double client_cpu = 0;
  double client_user = 0;  // of that, outside the kernel
  double machine_cpu = 0;  // of all processes here
};

// Reads /metrics on a connection of its own, beside the load.
class ServerWatch final : Channel::Owner {
 public:
  ServerWatch(Loop& loop, const Target& target)
      : loop_(loop), target_(target), channel_(loop, target_.address, *this) {}

  // Asks, if the last answer has come: for `resident_max`.
  void poll();

  // Waits for the answer; the load goes on meanwhile.
  Snapshot snapshot();

  std::uint64_t resident_max() const { return resident_max_; }
  std::uint64_t resident() const { return last_.resident; }

 private:
  void answered(Channel& channel, const Answer& answer) override;
  void lost(Channel&) override {}

  Loop& loop_;
  Target target_;
  Channel channel_;
  Snapshot last_;
  std::uint64_t resident_max_ = 0;
};

}  // namespace oms::bench
