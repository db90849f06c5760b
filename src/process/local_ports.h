#pragma once

#include <atomic>

#include <boost/asio/thread_pool.hpp>

#include "ports/changes.h"
#include "ports/clock.h"
#include "ports/commands.h"
#include "ports/payment_provider.h"
#include "ports/store.h"
#include "ports/views.h"
#include "ports/webhooks.h"
#include "process/event_intake.h"
#include "process/host.h"

// The edge's ports, where the services live in the same process.
namespace oms::process {

class LocalCommands final : public Commands {
 public:
  explicit LocalCommands(Host& host) : host_(host) {}

  void submit(Message message, Lane lane, Respond respond) override;

 private:
  Host& host_;
};

// Reads what the provider tells by webhook, and has it taken in.
class LocalWebhooks final : public Webhooks {
 public:
  LocalWebhooks(const PaymentProvider& provider, EventIntake& intake, Clock& clock)
      : provider_(provider), intake_(intake), clock_(clock) {}

  void take(std::string signature, std::string body, Done done) override;

 private:
  const PaymentProvider& provider_;
  EventIntake& intake_;
  Clock& clock_;
};

// Reads the store that the services write to, and shows of each record what others may see.
class LocalViews final : public Views {
 public:
  explicit LocalViews(Reader& reader) : reader_(reader) {}

  void aside(std::move_only_function<void()> work) override;
  Result<Found> get(const Key& key) override;
  Result<Page> list(const Query& query) override;

  // Ends the reads that are under way; what still waits for its turn is not done.
  void stop();

 private:
  static constexpr int threads = 2;

  Reader& reader_;
  boost::asio::thread_pool threads_{threads};
};

// Shows what the runtime has committed.
class LocalChanges final : public Changes {
 public:
  void follow(ChangeSink& sink) override { sink_.store(&sink); }

  // Whether it is an order's, and anybody watches.
  bool follows(const RecordType& type) const;

  // After each commit, on the runtime's thread.
  void observe(const runtime::Committed& committed);

 private:
  std::atomic<ChangeSink*> sink_{nullptr};
};

}  // namespace oms::process
