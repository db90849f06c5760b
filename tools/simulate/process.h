#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "ports/broker.h"
#include "ports/clock.h"
#include "process/host.h"
#include "process/housekeeping.h"
#include "process/service_set.h"
#include "process/system_clock.h"
#include "tools/simulate/flawed.h"
#include "tools/simulate/post.h"
#include "tools/simulate/provider.h"
#include "tools/simulate/store.h"

namespace oms::simulate {

// The production clock over a wall clock that is wrong, and may jump.
class ProcessClock final : public Clock {
 public:
  ProcessClock(const Agenda& agenda, Duration wall_ahead, Time floor)
      : agenda_(agenda),
        wall_ahead_(wall_ahead),
        clock_(floor, {},
               {.wall = [this] { return agenda_.now() + wall_ahead_; },
                .steady = [this] { return Duration{agenda_.now().unix_ms}; }}) {}
  ProcessClock(const ProcessClock&) = delete;
  ProcessClock& operator=(const ProcessClock&) = delete;

  Time now() override { return clock_.now(); }
  Time wall() override { return clock_.wall(); }
  void set_wall(Duration ahead) { wall_ahead_ = ahead; }
  Duration ahead() { return now() - agenda_.now(); }

 private:
  const Agenda& agenda_;
  Duration wall_ahead_;
  process::SystemClock clock_;
};

// What a process finds where it is started, and leaves there.
struct Home {
  std::size_t place = 0;           // in the world
  process::ServiceGroup services;  // that live there; none: all of them
  MemoryStore& disk;
  Post* post = nullptr;  // to services elsewhere
  SimulatedStore::Written written;
  std::vector<std::string>* archive = nullptr;  // the file that finished orders go to

  bool is_apart() const { return !services.empty(); }
  bool has(ServiceName service) const {
    return !is_apart() || std::ranges::find(services, service) != services.end();
  }
  ServiceName name() const { return is_apart() ? services.front() : ServiceName::world; }
};

// The production services and runtime, unchanged, from a start to the next crash. Its effects go
// out from here, and what comes back finds it only as long as it lives.
class Process final : private Broker, private Peers {
 public:
  // `number` is another at each start of any process.
  Process(Stage& stage, Home& home, Provider& provider, Duration wall_ahead, std::uint16_t number);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  Id fresh_id() { return ids_.make(clock_.now()); }
  void offer(Message message, runtime::Lane lane, runtime::Respond respond);
  void receive(const Envelope& envelope, Broker::Settle settle);
  void answer(const Question& question, OnAnswer on_answer);

  // What it has begun to write: lost with it, if it dies now.
  std::span<const Change> undecided() const { return store_.in_flight(); }

  // Whether a record waits for its time.
  bool is_due() const { return next_due().has_value(); }
  // Whether it still tries to bring something to the broker.
  bool is_sending() const { return host_.runtime().unconfirmed() > 0; }

  // Somebody sets the wall clock.
  void set_wall(Duration ahead) {
    clock_.set_wall(ahead);
    wake();
  }

  // Looks for something to do, soon.
  void wake();

 private:
  void publish(std::vector<Envelope> envelopes, OnConfirmed on_confirmed) override;
  Subscription subscribe(ServiceName to, Receive receive) override;
  // What comes is handed in by `receive`, of whatever partition.
  void consume(ServiceName, std::span<const std::size_t>) override {}
  void ask(const Question& question, OnAnswer on_answer) override;
  Post::Sender sender() const { return {home_.name(), home_.place}; }

  template <class Act>
  void live(Act&& act);
  bool is_struck(Fault fault) const;
  void later(Duration span, Agenda::Action action);
  void step_at(Time at);
  void step();
  void sleep();
  runtime::Runtime::Upkeep housekeeping();
  Result<void> archive(std::string_view lines);
  std::optional<Time> next_due() const;
  void start_effects(std::vector<Effect> effects);
  void start(PaymentOperation operation);
  void start(NoticeToSend notice);
  void perform_unheard(const PaymentOperation& operation,
                       Duration after = std::chrono::milliseconds{20});
  void give_up(const PaymentOperation& operation);
  void bring_back(const Id& order_id, Payload outcome);

  Stage& stage_;
  Home& home_;
  Provider& provider_;
  std::shared_ptr<bool> life_ = std::make_shared<bool>(true);  // gone when the process is
  ProcessClock clock_;
  runtime::IdSource ids_;
  process::ServiceSet services_;
  FlawedServices decided_by_;
  SimulatedStore store_;
  std::optional<process::Housekeeping> housekeeping_;
  Time keeps_house_at_{};
  EventsTold events_told_;
  Receive receive_;  // what the exchange brings to a service here
  process::Host host_;
  std::optional<Time> next_step_;
  int idle_looks_ = 0;
};

}  // namespace oms::simulate
