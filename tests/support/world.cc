#include "tests/support/world.h"

#include <algorithm>
#include <array>

#include "runtime/questions.h"

namespace oms::testing {
namespace {

constexpr std::size_t replicas = 2;

}  // namespace

Result<void> CountingStore::commit(std::span<const Change> changes) {
  if (fail_next_commit) {
    auto error = *std::exchange(fail_next_commit, std::nullopt);
    if (is_written_though) (void)inner.commit(changes);
    return std::unexpected(std::move(error));
  }
  auto done = inner.commit(changes);
  if (!done) return done;
  for (const auto& change : changes) {
    if (!change.key.type->derived) ++rows[std::string{change.key.type->table}];
  }
  return done;
}

World::World(process::Settings settings, Wiring wiring)
    : settings_(std::move(settings)), wiring_(wiring) {
  if (is_apart()) {
    for (const auto& group : groups_) start_apart(group);
  } else {
    nodes_of(ServiceName::world)
        .push_back(start(std::make_shared<process::ServiceSet>(settings_), store, std::nullopt));
  }
  std::vector<Change> shelf;
  for (auto& item : stock::default_catalogue("usd")) {
    auto record = make_record(std::move(item));
    const auto key = record.key();
    shelf.push_back({.key = key, .record = std::move(record), .expected = 0});
  }
  std::ranges::sort(shelf, std::less<>{}, &Change::key);
  if (!store_of(type_of<stock::Item>()).inner.commit(shelf)) {
    throw std::runtime_error("the shelf could not be filled");
  }
  run();
}

World::Node World::start(std::shared_ptr<process::ServiceSet> services, CountingStore& kept_in,
                         std::optional<Id> replica) {
  runtime::Runtime::Parts parts{.services = services->services(),
                                .store = kept_in,
                                .clock = clock,
                                .ids = ids_,
                                .start_effects =
                                    [this](std::vector<Effect> effects) {
                                      std::ranges::move(effects, std::back_inserter(effects_));
                                    },
                                .observe =
                                    [this](const runtime::Committed& committed) {
                                      events.insert(events.end(), committed.events.begin(),
                                                    committed.events.end());
                                    }};
  if (is_apart()) {
    parts.broker = &broker;
    parts.peers = this;
    parts.replica = replica;
  }
  auto runtime = std::make_unique<runtime::Runtime>(std::move(parts), runtime::RuntimeSettings{});
  return {.services = std::move(services), .runtime = std::move(runtime)};
}

void World::start_apart(const process::ServiceGroup& group) {
  const auto home = group.front();
  auto& nodes = nodes_[home];
  const bool is_first = nodes.empty();
  for (std::size_t n = 0; n < replicas; ++n) {
    auto node = start(std::make_shared<process::ServiceSet>(settings_, group), stores_[home],
                      ids_.make(clock.now()));
    if (!is_first) {
      nodes[n] = std::move(node);
      continue;
    }
    nodes.push_back(std::move(node));
    for (const auto service : group) {
      broker.subscribe(service, [&nodes, n](const Envelope& envelope, Broker::Settle settle) {
        nodes[n].runtime->receive(envelope, std::move(settle));
      });
    }
  }
}

void World::crash(ServiceName service) {
  if (is_apart()) {
    const auto home = process::home_of(service, groups_);
    return start_apart(*std::ranges::find(groups_, home, [](const auto& each) { return each[0]; }));
  }
  nodes_of(service)[0] =
      start(std::make_shared<process::ServiceSet>(settings_), store, std::nullopt);
}

// Where a request of that kind would arrive: at either replica, in turn.
runtime::Runtime& World::runtime_for(const Payload& payload) {
  auto& nodes = nodes_of(destination(payload));
  return *nodes.at(++turn_ % nodes.size()).runtime;
}

CountingStore& World::store_of(const RecordType& type) {
  for (auto& [name, nodes] : nodes_) {
    if (is_apart() && nodes[0].services->services().owner_of(type) != nullptr) return stores_[name];
  }
  return store;
}

void World::ask(const Question& question, OnAnswer on_answer) {
  const auto name = ::oms::asked(question);
  on_answer(runtime::answer_peer(nodes_of(name)[0].services->services(),
                                 stores_[process::home_of(name, groups_)].inner, question));
}

Result<Record> World::send(const Id& order_id, Payload payload, std::optional<Once> once) {
  Result<Record> answer = fail(ErrorKind::internal, "there was no answer");
  auto& runtime = runtime_for(payload);
  runtime.offer(
      {.id = {}, .order_id = order_id, .payload = std::move(payload), .once = std::move(once)},
      runtime::Lane::normal, [&](Result<Record> result) { answer = std::move(result); });
  run();
  return answer;
}

Result<Record> World::place(const Id& order_id, std::string customer,
                            std::vector<RequestedLine> lines, Contact contact) {
  return send(order_id, PlaceOrder{.customer_id = std::move(customer),
                                   .saga = "food",
                                   .lines = std::move(lines),
                                   .customer = std::move(contact)});
}

void World::deliver(Message message) {
  auto& runtime = runtime_for(message.payload);
  runtime.offer(std::move(message), runtime::Lane::urgent);
  run();
}

void World::run() {
  for (int i = 0; i < 1000; ++i) {
    const bool is_at_rest = step();
    if (!effects_.empty()) {
      perform_effects();
    } else if (!broker.is_idle()) {
      broker.deliver();
    } else if (is_at_rest) {
      return;
    }
  }
  throw std::runtime_error("the world does not come to rest");
}

// One step of each process. True when none has anything left to decide.
bool World::step() {
  bool is_at_rest = true;
  for (auto& [name, nodes] : nodes_) {
    for (auto& node : nodes) {
      if (const auto stepped = node.runtime->step(Duration{0}); !stepped) {
        throw std::runtime_error(stepped.error().detail);
      }
      is_at_rest = is_at_rest && node.runtime->queue_size() == 0;
    }
  }
  return is_at_rest;
}

void World::wait(Duration span) {
  const auto end = clock.now() + span;
  while (clock.now() < end) {
    clock.advance(std::min(Duration{1000}, end - clock.now()));
    run();
  }
}

void World::perform_effects() {
  auto effects = std::exchange(effects_, {});
  for (auto& effect : effects) {
    Message outcome;
    if (auto* operation = std::get_if<PaymentOperation>(&effect)) {
      asked.push_back(*operation);
      outcome = {.id = new_id(),
                 .order_id = operation->order_id,
                 .payload = perform(*operation),
                 .trace = operation->trace};
    } else {
      auto& notice = std::get<NoticeToSend>(effect);
      outcome = {.id = new_id(),
                 .order_id = notice.order_id,
                 .payload = NoticeOutcome{.kind = notice.kind,
                                          .channel = notice.channel,
                                          .result = NoticeResult::sent},
                 .trace = notice.trace};
      told.push_back(std::move(notice));
    }
    auto& runtime = runtime_for(outcome.payload);
    runtime.offer(std::move(outcome), runtime::Lane::urgent);
  }
}

PaymentOutcome World::perform(const PaymentOperation& operation) {
  using Kind = PaymentOperation::Kind;
  PaymentOutcome outcome{.kind = operation.kind};
  if (is_provider_silent) return outcome;
  auto& session = sessions_[operation.order_id];
  if (operation.kind == Kind::create_link) {
    session = {.amount = operation.amount, .currency = operation.currency};
    outcome.link = "https://pay.example/" + operation.order_id.text();
  }
  if (operation.kind == Kind::expire_link && session.word == ProviderWord::open) {
    session.word = ProviderWord::expired;
  }
  if (operation.kind == Kind::refund) {
    session.refunded = std::min(session.amount, session.refunded + operation.amount);
    outcome.number = operation.number;
    outcome.refund_id = "re_" + operation.idempotency_key;
  }
  outcome.result = PaymentOutcome::Result::done;
  outcome.word = session.word;
  outcome.refunded = session.refunded;
  outcome.session_id = "cs_" + operation.order_id.text();
  outcome.amount = session.amount;
  outcome.currency = session.currency;
  return outcome;
}

Result<Record> World::tell(const Id& order_id, ProviderEvent event) {
  event.event_id = "evt_" + std::to_string(++webhooks_);
  if (event.session_id.empty()) event.session_id = "cs_" + order_id.text();
  if (event.currency.empty()) event.currency = sessions_[order_id].currency;
  return send(order_id, std::move(event));
}

void World::tell(const Id& order_id, ProviderWord word) {
  ProviderEvent event{.word = word, .amount = sessions_[order_id].amount};
  if (word == ProviderWord::declined) {
    event.error = {.code = "insufficient_funds", .message = "Your card has insufficient funds."};
  }
  const auto taken = tell(order_id, std::move(event));
  if (!taken) throw std::runtime_error("the provider's word was refused: " + taken.error().detail);
}

void World::refund_at_provider(const Id& order_id, MinorUnits amount) {
  auto& session = sessions_[order_id];
  session.refunded += amount;
  const auto taken =
      tell(order_id, ProviderEvent{.word = ProviderWord::refunded, .amount = session.refunded});
  if (!taken) throw std::runtime_error("the provider's word was refused: " + taken.error().detail);
}

void World::pay(const Id& order_id, bool is_heard) {
  sessions_[order_id].word = ProviderWord::paid;
  if (is_heard) tell(order_id, ProviderWord::paid);
}

void World::decline(const Id& order_id) {
  tell(order_id, ProviderWord::declined);
}

void World::tell_expired(const Id& order_id) {
  sessions_[order_id].word = ProviderWord::expired;
  tell(order_id, ProviderWord::expired);
}

std::map<std::string, int> World::rows() const {
  auto sums = store.rows;
  for (const auto& [home, kept] : stores_) {
    for (const auto& [table, count] : kept.rows) sums[table] += count;
  }
  return sums;
}

Page World::find_all(const RecordType& type) {
  auto page = store_of(type).inner.find({.type = &type, .newest_first = false, .limit = 1000});
  if (!page) throw std::runtime_error(page.error().detail);
  return *std::move(page);
}

}  // namespace oms::testing
