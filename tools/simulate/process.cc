#include "tools/simulate/process.h"

#include <algorithm>

#include "codec/json_names.h"
#include "process/clock_floor.h"
#include "runtime/records.h"

namespace oms::simulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration provider_timeout = seconds{10};
// The server does it each second, which would cost the simulation most of its time.
constexpr Duration housekeeping_every = minutes{20};

// As the server does it: time goes on where the disk says that it was, or at the wall clock.
Time floor_of(MemoryStore& disk) {
  const auto floor = process::clock_floor(disk);
  return floor ? *floor : Time{};
}

}  // namespace

Process::Process(Stage& stage, Home& home, Provider& provider, Duration wall_ahead,
                 std::uint16_t number)
    : stage_(stage),
      home_(home),
      provider_(provider),
      clock_(stage.agenda, wall_ahead, floor_of(home.disk)),
      ids_({1, 2, 3, static_cast<std::uint8_t>(4 + (number >> 8U)),
            static_cast<std::uint8_t>(number)}),
      services_(stage.scenario.settings, home.services),
      decided_by_(stage, services_.services(), home.is_apart()),
      store_(
          stage, home.disk, home.written,
          [this](Duration span, Agenda::Action action) {
            later(span, [this, action = std::move(action)]() mutable {
              action();
              wake();
            });
          },
          home.is_apart() ? SimulatedStore::Owners::many : SimulatedStore::Owners::one),
      host_({.services = decided_by_.get(),
             .store = store_,
             .reader = home.disk,
             .clock = clock_,
             .ids = ids_,
             .observe =
                 [this](const runtime::Committed& committed) {
                   stage_.hazards.call();
                   stage_.oracle.shown(committed.changes);
                   stage_.oracle.announced(committed, events_told_);
                 },
             .upkeep = housekeeping(),
             .start_effects = [this](std::vector<Effect> e) { start_effects(std::move(e)); },
             .broker = home.is_apart() ? this : nullptr,
             .peers = home.is_apart() ? this : nullptr,
             .replica = home.is_apart() ? std::optional{fresh_id()} : std::nullopt},
            {.batch_max = stage.scenario.settings.batch_max,
             .unconfirmed_max = stage.scenario.unconfirmed_max}) {
  wake();
}

// As the server does it between two batches, but less often.
runtime::Runtime::Upkeep Process::housekeeping() {
  if (!stage_.scenario.keeps_house || home_.is_apart()) return {};
  housekeeping_.emplace(store_, services_.services(), stage_.scenario.settings, nullptr,
                        [this](std::string_view lines) { return archive(lines); });
  return {.is_due = [this](Time now) { return now >= keeps_house_at_; },
          .run =
              [this](Time now) {
                keeps_house_at_ = now + housekeeping_every;
                return housekeeping_->step(now);
              }};
}

Result<void> Process::archive(std::string_view lines) {
  stage_.hazards.call();
  home_.archive->emplace_back(lines);
  stage_.oracle.archived(lines);
  stage_.hazards.call();
  return {};
}

// Whatever it does may be the last that it does.
template <class Act>
void Process::live(Act&& act) {
  try {
    act();
  } catch (Crash& crash) {
    crash.process = home_.place;
    throw;
  }
}

bool Process::is_struck(Fault fault) const {
  const auto places = service_count * static_cast<std::size_t>(stage_.scenario.replicas);
  return stage_.is_apart() && stage_.hazards.is_on(fault, home_.place, places, stage_.now());
}

// While it sleeps nothing of it moves, and then it goes on as if nothing had been.
void Process::later(Duration span, Agenda::Action action) {
  stage_.agenda.in(span, [this, life = std::weak_ptr{life_}, action = std::move(action)]() mutable {
    if (life.expired()) return;
    if (is_struck(Fault::process_asleep)) {
      return later(stage_.hazards.until(Fault::process_asleep) - stage_.now(), std::move(action));
    }
    live(action);
  });
}

void Process::offer(Message message, runtime::Lane lane, runtime::Respond respond) {
  auto copy = stage_.hazards.is_doubled() ? std::optional{message} : std::nullopt;
  live([&] {
    host_.offer(std::move(message), lane, std::move(respond));
    if (!copy) return;
    copy->fresh = false;  // the edge makes a new id for each request: this one has a sibling
    host_.offer(*std::move(copy), lane);
  });
  wake();
}

void Process::receive(const Envelope& envelope, Broker::Settle settle) {
  const bool is_doubled = stage_.hazards.is_doubled();
  for (const auto fault : {Fault::process_asleep, Fault::process_slow}) {
    if (is_struck(fault)) stage_.mark(fault, envelope.order_id);
  }
  live([&] {
    receive_(envelope, std::move(settle));
    if (is_doubled) receive_(envelope, [](Disposition) {});
  });
  wake();
}

void Process::answer(const Question& question, OnAnswer on_answer) {
  const auto takes = stage_.chance.between(milliseconds{0}, milliseconds{2});
  later(takes, [this, question, on_answer = std::move(on_answer)] {
    stage_.hazards.call();
    on_answer(host_.answer(question));
  });
}

// All services here hear alike, for as long as the process lives.
Broker::Subscription Process::subscribe(ServiceName, Receive receive) {
  receive_ = std::move(receive);
  return {};
}

void Process::publish(std::vector<Envelope> envelopes, OnConfirmed on_confirmed) {
  stage_.hazards.call();
  home_.post->take(
      sender(), std::move(envelopes),
      [this, life = std::weak_ptr{life_}, on_confirmed](std::span<const std::size_t> places) {
        if (life.expired()) return;
        later(Duration{0},
              [this, on_confirmed, places = std::vector(places.begin(), places.end())] {
                on_confirmed(places);
                wake();
              });
      });
}

void Process::ask(const Question& question, OnAnswer on_answer) {
  stage_.hazards.call();
  home_.post->ask(
      sender(), question,
      [this, life = std::weak_ptr{life_}, on_answer = std::move(on_answer)](auto answer) {
        if (life.expired()) return;
        later(Duration{0}, [this, on_answer, answer = std::move(answer)] {
          on_answer(answer);
          wake();
        });
      });
}

void Process::wake() {
  const bool is_slow = is_struck(Fault::process_slow);
  step_at(stage_.now() + (is_slow ? stage_.chance.between(milliseconds{200}, seconds{5})
                                  : stage_.chance.between(milliseconds{0}, milliseconds{2})));
}

void Process::step_at(Time at) {
  if (next_step_ && *next_step_ <= at) return;
  next_step_ = at;
  later(at - stage_.now(), [this, at] {
    if (next_step_ != at) return;  // an earlier look has come in between
    next_step_.reset();
    step();
  });
}

void Process::step() {
  const auto before = host_.runtime().counters().batches.load();
  // A store that can no longer be trusted ends the process.
  if (!host_.runtime().step(Duration{0})) throw Crash{};
  idle_looks_ = host_.runtime().counters().batches.load() == before ? idle_looks_ + 1 : 0;
  if (store_.is_written()) return wake();
  if (store_.is_writing()) return;
  if (host_.runtime().queue_size() > 0) return wake();
  sleep();
}

// Until the next record is due. A due record that nobody acts on is looked at again, less and less
// often; and as long as something waits for the broker it looks every second.
void Process::sleep() {
  const auto next = next_due();
  const auto rest = milliseconds{1} * (1 << std::min(idle_looks_, 14));
  if (next) step_at(std::max(*next - clock_.ahead(), stage_.now() + rest));
  if (housekeeping_) step_at(std::max(keeps_house_at_ - clock_.ahead(), stage_.now() + rest));
  if (is_sending()) step_at(stage_.now() + seconds{1});
}

std::optional<Time> Process::next_due() const {
  std::optional<Time> next;
  for (const auto* type : services_.types()) {
    if (type->due == nullptr) continue;
    const auto due = home_.disk.next_due(*type);
    if (due && *due && (!next || **due < *next)) next = **due;
  }
  return next;
}

void Process::start_effects(std::vector<Effect> effects) {
  for (auto& effect : effects) {
    stage_.hazards.call();
    std::visit(
        [&](auto& asked) {
          stage_.oracle.asked(asked);
          start(std::move(asked));
        },
        effect);
  }
}

void Process::start(PaymentOperation operation) {
  auto& chance = stage_.chance_of(operation.order_id);
  const auto id = operation.order_id;
  for (const auto fault : {Fault::provider_gone, Fault::provider_down}) {
    if (!stage_.hazards.is_on(fault, stage_.now())) continue;
    stage_.mark(fault, id);
    if (stage_.hazards.is_dying(Fault::provider_gone, stage_.now())) perform_unheard(operation);
    return give_up(operation);
  }
  if (stage_.meets(Fault::request_lost, id)) return give_up(operation);
  if (stage_.meets(Fault::answer_lost, id)) {
    perform_unheard(operation);
    return give_up(operation);
  }
  if (stage_.meets(Fault::request_late, id)) {
    perform_unheard(operation, chance.between(provider_timeout, minutes{2}));
    return give_up(operation);
  }
  // The request goes its way though the process may die; the answer finds it alive or not at all.
  const auto there = chance.between(milliseconds{1}, milliseconds{30});
  const bool is_slow =
      stage_.plan_of(id) != nullptr && stage_.plan_of(id)->faults.has(Fault::webhook_early);
  const auto back = stage_.meets(Fault::answer_late, id)
                        ? chance.between(seconds{2}, provider_timeout)
                    : is_slow ? chance.between(milliseconds{1}, seconds{5})
                              : chance.between(milliseconds{1}, milliseconds{30});
  stage_.agenda.in(there,
                   [this, provider = &provider_, operation, back, life = std::weak_ptr{life_}] {
                     auto outcome = provider->perform(operation);
                     outcome.request = operation.request;
                     if (life.expired()) return;
                     later(back, [this, id = operation.order_id, outcome = std::move(outcome)] {
                       bring_back(id, outcome);
                     });
                   });
}

void Process::perform_unheard(const PaymentOperation& operation, Duration after) {
  stage_.agenda.in(after, [provider = &provider_, operation] { provider->perform(operation); });
}

// Nothing is heard of it any more.
void Process::give_up(const PaymentOperation& operation) {
  stage_.note(operation.order_id, "unheard",
              [&] { return "nothing is heard of " + std::string{json::name_of(operation.kind)}; });
  later(provider_timeout, [this, id = operation.order_id, kind = operation.kind] {
    bring_back(id, PaymentOutcome{.kind = kind});
  });
}

void Process::start(NoticeToSend notice) {
  later(
      stage_.chance.between(milliseconds{1}, milliseconds{50}), [this, notice = std::move(notice)] {
        const bool is_down = stage_.hazards.is_on(Fault::notifier_down, stage_.now());
        if (is_down) stage_.mark(Fault::notifier_down, notice.order_id);
        if (!is_down) stage_.oracle.sent(notice);
        stage_.hazards.call();  // sent, and nobody knows
        const auto result = is_down ? NoticeResult::failed : NoticeResult::sent;
        bring_back(notice.order_id,
                   NoticeOutcome{.kind = notice.kind, .channel = notice.channel, .result = result});
      });
}

void Process::bring_back(const Id& order_id, Payload outcome) {
  stage_.hazards.call();
  offer({.id = {}, .order_id = order_id, .payload = std::move(outcome)}, runtime::Lane::urgent, {});
}

}  // namespace oms::simulate
