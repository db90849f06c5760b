#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tools/bench/channel.h"
#include "tools/bench/tally.h"

namespace oms::bench {

// One request: whose tally counts it, what it is about, and since when its customer waits.
struct Job {
  std::size_t kind = 0;
  std::uint64_t tag = 0;
  Nanos due = 0;
};

// What there is to ask. Everything is on one thread.
class Source {
 public:
  virtual ~Source() = default;

  // Writes the next request, if there is one to send now. `job.due` is now, unless set.
  virtual bool next(Nanos now, std::string& request, Job& job) = 0;
  virtual void answered(const Job&, const Answer&, Nanos) {}
  virtual void lost(const Job&) {}
  // When there may be a next one though nothing was answered.
  virtual Nanos next_at() const { return never; }
  // Nothing more will come of its own accord: a run may end.
  virtual bool is_done() const { return false; }
  // About ten times a second.
  virtual void look_around(Nanos) {}

  virtual Tally& tally(std::size_t kind) { return tallies[kind]; }

  std::vector<Tally> tallies;
};

// The times of arrivals at a fixed rate. One who comes late is sent late, but counted from when
// they should have been: a server that stalls is charged for all that it kept waiting.
class Schedule {
 public:
  explicit Schedule(double rate) : rate_(rate) {}
  bool is_open() const { return rate_ > 0; }

  // True if one is due; `due` is then its time.
  bool take(Nanos now, Nanos& due);
  Nanos next_at() const;

 private:
  double rate_;
  Nanos began_ = 0;
  std::uint64_t taken_ = 0;
};

// Keeps a number of connections busy with what a source asks.
class Load final : public Channel::Owner {
 public:
  Load(Loop& loop, const Address& address, std::size_t connections);

  // False if the server does not answer.
  bool connect();

  // Until then, or the source is done, or an interrupt.
  void run(Source& source, Nanos until);
  // Sends nothing new; waits for what is under way.
  void drain(Source& source, Nanos until);

  std::uint64_t sent() const { return sent_; }
  // The server has gone: nothing but losses came for long.
  bool is_broken() const { return losses_ > 2 * channels_.size() + 16; }
  std::function<void(Nanos)> each_second;

  // Asks a second server meanwhile, whenever this one is run.
  void run_beside(Load& other, Source& source) {
    beside_ = &other;
    other.source_ = &source;
  }
  void run_alone() { beside_ = nullptr; }

 private:
  void answered(Channel& channel, const Answer& answer) override;
  void lost(Channel& channel) override;
  void fill(Nanos now);
  void turn(Nanos until);

  Loop& loop_;
  std::vector<std::unique_ptr<Channel>> channels_;
  std::vector<Job> jobs_;  // of each channel
  std::vector<std::size_t> free_;
  Source* source_ = nullptr;
  Load* beside_ = nullptr;
  bool is_draining_ = false;
  std::uint64_t sent_ = 0;
  std::size_t losses_ = 0;  // in a row
  Nanos looked_ = 0;
  Nanos told_ = 0;
};

}  // namespace oms::bench
