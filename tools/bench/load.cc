#include "tools/bench/load.h"

#include <algorithm>

namespace oms::bench {
namespace {

constexpr Nanos look_every = second / 10;

}  // namespace

bool Schedule::take(Nanos now, Nanos& due) {
  if (began_ == 0) began_ = now;
  if (next_at() > now) return false;
  due = next_at();
  ++taken_;
  return true;
}

Nanos Schedule::next_at() const {
  if (!is_open() || began_ == 0) return never;
  return began_ + static_cast<Nanos>(static_cast<double>(taken_) * 1e9 / rate_);
}

Load::Load(Loop& loop, const Address& address, std::size_t connections)
    : loop_(loop), jobs_(connections) {
  for (std::size_t i = 0; i < connections; ++i) {
    channels_.push_back(std::make_unique<Channel>(loop, address, *this));
    channels_.back()->number = i;
    free_.push_back(connections - 1 - i);
  }
}

bool Load::connect() {
  return std::ranges::all_of(channels_, [](auto& channel) { return channel->connect(); });
}

void Load::run(Source& source, Nanos until) {
  source_ = &source;
  is_draining_ = false;
  while (clock_now() < until && !source.is_done() && !is_interrupted() && !is_broken()) {
    turn(until);
  }
}

void Load::drain(Source& source, Nanos until) {
  source_ = &source;
  is_draining_ = true;
  while (free_.size() < channels_.size() && clock_now() < until) turn(until);
}

void Load::turn(Nanos until) {
  const auto now = clock_now();
  fill(now);
  if (beside_ != nullptr) beside_->fill(now);
  if (now - looked_ >= look_every) {
    looked_ = now;
    source_->look_around(now);
  }
  if (now - told_ >= second) {
    told_ = now;
    if (each_second) each_second(now);
  }
  const auto next = free_.empty() ? never : source_->next_at();
  loop_.step(std::min({next, until, now + look_every}) - now);
}

void Load::fill(Nanos now) {
  while (!free_.empty() && !is_draining_ && !is_broken()) {
    const auto index = free_.back();
    Job job{.due = now};
    auto& channel = *channels_[index];
    if (!source_->next(now, channel.request(), job)) return;
    free_.pop_back();
    jobs_[index] = job;
    ++sent_;
    channel.send();
  }
}

// The channel asks the next at once, while the source has one: it is what a client does.
void Load::answered(Channel& channel, const Answer& answer) {
  const auto now = clock_now();
  const auto job = jobs_[channel.number];
  losses_ = 0;
  source_->tally(job.kind).add(answer.status, now - job.due, now);
  source_->answered(job, answer, now);
  free_.push_back(channel.number);
  fill(now);
}

void Load::lost(Channel& channel) {
  const auto job = jobs_[channel.number];
  ++losses_;
  source_->tally(job.kind).add_lost();
  source_->lost(job);
  free_.push_back(channel.number);
}

}  // namespace oms::bench
