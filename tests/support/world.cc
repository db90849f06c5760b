#include "tests/support/world.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <thread>

namespace oms::testing {
namespace {

constexpr std::size_t replicas = 2;

// What is waited for once, where something real is to be heard of.
constexpr std::chrono::milliseconds a_moment{1};
constexpr std::chrono::seconds patience{30};

std::vector<process::ServiceGroup> groups_of(Wiring wiring) {
  if (wiring == Wiring::apart) return process::groups_apart();
  using enum ServiceName;
  return {{orders, coordinator}, {stock, payments, kitchen, delivery, notifications}};
}

runtime::IdSource::Process process_of(const Ground* ground) {
  if (ground == nullptr) return {1, 2, 3, 4, 5};
  const auto number = ground->number();
  return {1, 2, 3, static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)};
}

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

World::World(process::Settings settings, Wiring wiring, bool keeps_house)
    : World(std::move(settings), wiring, keeps_house, nullptr) {}

World::World(process::Settings settings, Ground& ground)
    : World(std::move(settings), Wiring::apart, false, &ground) {}

World::World(process::Settings settings, Wiring wiring, bool keeps_house, Ground* ground)
    : groups(groups_of(wiring)),
      settings_(std::move(settings)),
      wiring_(wiring),
      keeps_house_(keeps_house),
      ground_(ground),
      ids_(process_of(ground)) {
  if (is_apart()) {
    for (const auto& group : groups) start_apart(group);
  } else {
    nodes_of(ServiceName::world)
        .push_back(start(std::make_shared<process::ServiceSet>(settings_), ServiceName::world, 0));
  }
  std::vector<Change> shelf;
  for (auto& item : stock::default_catalogue("usd")) {
    auto record = make_record(std::move(item));
    const auto key = record.key();
    shelf.push_back({.key = key, .record = std::move(record), .expected = 0});
  }
  std::ranges::sort(shelf, std::less<>{}, &Change::key);
  const auto home = home_of(type_of<stock::Item>());
  Store& kept = ground_ != nullptr ? *nodes_.at(home).at(0).kept.store : memory_at(home).inner;
  if (!kept.commit(shelf)) {
    throw std::runtime_error("the shelf could not be filled");
  }
  run();
}

World::Node World::start(std::shared_ptr<process::ServiceSet> services, ServiceName home_name,
                         std::size_t replica) {
  Ground::Kept kept;
  if (ground_ != nullptr) kept = ground_->open(home_name, services->types());
  Store& kept_in = kept.store ? *kept.store : memory_at(home_name);
  Reader& reader = kept.reader ? *kept.reader : reader_at(home_name);
  Peers* const peers = is_apart() ? this : nullptr;
  process::Host::Parts parts{.services = services->services(),
                             .store = kept_in,
                             .reader = reader,
                             .clock = clock,
                             .ids = ids_,
                             .observe =
                                 [this](const runtime::Committed& committed) {
                                   events.insert(events.end(), committed.events.begin(),
                                                 committed.events.end());
                                 },
                             .start_effects =
                                 [this](std::vector<Effect> effects) {
                                   std::ranges::move(effects, std::back_inserter(effects_));
                                 }};
  if (is_apart()) {
    parts.broker = ground_ != nullptr ? &ground_->broker(home_name, replica) : &broker;
    parts.peers = peers;
    const bool is_shared = ground_ == nullptr || ground_->replicas() > 1;
    if (is_shared) parts.replica = ids_.make(clock.now());
  }
  std::shared_ptr<process::Housekeeping> housekeeping;
  std::shared_ptr<process::Erasure> erasure;
  const auto home = std::make_shared<process::Host*>(nullptr);
  if (keeps_house_) {
    housekeeping =
        std::make_shared<process::Housekeeping>(kept_in, services->services(), settings_, peers,
                                                [this](std::string_view lines) -> Result<void> {
                                                  return archive += lines, Result<void>{};
                                                });
    erasure = std::make_shared<process::Erasure>(process::Erasure::Parts{
        .store = kept_in, .services = services->services(), .offer = [home](Message message) {
          return (*home)->offer(std::move(message), runtime::Lane::urgent);
        }});
    parts.upkeep = {
        .is_due = [housekeeping,
                   erasure](Time now) { return housekeeping->is_due(now) || erasure->is_due(now); },
        .run = [housekeeping, erasure](Time now) -> Result<void> {
          OMS_CHECK(housekeeping->step(now));
          return erasure->step(now);
        }};
  }
  auto host = std::make_unique<process::Host>(std::move(parts), runtime::RuntimeSettings{});
  *home = host.get();
  return {.kept = std::move(kept),
          .services = std::move(services),
          .housekeeping = std::move(housekeeping),
          .erasure = std::move(erasure),
          .host = std::move(host)};
}

// The one that lived there before is gone.
void World::start_apart(const process::ServiceGroup& group) {
  const auto home = group.front();
  auto& nodes = nodes_[home];
  const auto count = ground_ != nullptr ? ground_->replicas() : replicas;
  nodes.resize(wiring_ == Wiring::apart ? count : 1);
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    nodes[n] = {};
    nodes[n] = start(std::make_shared<process::ServiceSet>(settings_, group), home, n);
  }
}

void World::crash(ServiceName service) {
  if (is_apart()) {
    const auto home = process::home_of(service, groups);
    return start_apart(*std::ranges::find(groups, home, [](const auto& each) { return each[0]; }));
  }
  nodes_of(service)[0] =
      start(std::make_shared<process::ServiceSet>(settings_), ServiceName::world, 0);
}

// Where a request of that kind would arrive: at either replica, in turn.
process::Host& World::host_for(const Payload& payload) {
  auto& nodes = nodes_of(destination(payload));
  return *nodes.at(++turn_ % nodes.size()).host;
}

ServiceName World::home_of(const RecordType& type) {
  for (auto& [name, nodes] : nodes_) {
    if (is_apart() && nodes[0].services->services().owner_of(type) != nullptr) return name;
  }
  return ServiceName::world;
}

Reader& World::reader_at(ServiceName home) {
  if (ground_ != nullptr) return *nodes_.at(home).at(0).kept.reader;
  return memory_at(home).inner;
}

void World::ask(const Question& question, OnAnswer on_answer) {
  on_answer(nodes_of(::oms::asked(question))[0].host->answer(question));
}

Result<Record> World::send(const Id& order_id, Payload payload, std::optional<Once> once) {
  Result<Record> answer = fail(ErrorKind::internal, "there was no answer");
  auto& host = host_for(payload);
  host.offer(
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

void World::hurry(const Id& order_id, Payload payload) {
  auto& host = host_for(payload);
  host.offer({.order_id = order_id, .payload = std::move(payload)}, runtime::Lane::normal);
}

void World::deliver(Message message) {
  auto& host = host_for(message.payload);
  host.offer(std::move(message), runtime::Lane::urgent);
  run();
}

void World::run() {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (int i = 0; i < 1000 || (ground_ != nullptr && std::chrono::steady_clock::now() < end); ++i) {
    const bool is_at_rest = step();
    if (!effects_.empty()) {
      perform_effects();
    } else if (!broker.is_idle()) {
      broker.deliver();
    } else if (is_at_rest && is_on_its_way()) {
      std::this_thread::sleep_for(a_moment);
    } else if (is_at_rest) {
      return;
    }
  }
  throw std::runtime_error("the world does not come to rest");
}

// Where commits and messages take their time.
bool World::is_on_its_way() const {
  if (ground_ == nullptr) return false;
  const auto is_committing = [](const Node& node) { return node.host->runtime().is_committing(); };
  for (const auto& [name, nodes] : nodes_) {
    if (std::ranges::any_of(nodes, is_committing)) return true;
  }
  return !ground_->is_idle();
}

// One step of each process. True when none has anything left to decide.
bool World::step() {
  bool is_at_rest = true;
  for (auto& [name, nodes] : nodes_) {
    for (auto& node : nodes) {
      if (const auto stepped = node.host->runtime().step(Duration{0}); !stepped) {
        throw std::runtime_error(stepped.error().detail);
      }
      is_at_rest = is_at_rest && node.host->runtime().queue_size() == 0;
    }
  }
  return is_at_rest;
}

void World::wait(Duration span) {
  using namespace std::chrono_literals;
  const auto end = clock.now() + span;
  // A real store takes its time for each look: in hours there are fewer.
  const Duration longest = ground_ != nullptr && span > 1h ? Duration{1min} : Duration{1s};
  while (clock.now() < end) {
    clock.advance(std::min(longest, end - clock.now()));
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
    auto& host = host_for(outcome.payload);
    host.offer(std::move(outcome), runtime::Lane::urgent);
  }
}

std::map<std::string, int> World::rows() const {
  auto sums = store.rows;
  for (const auto& [home, kept] : stores_) {
    for (const auto& [table, count] : kept.rows) sums[table] += count;
  }
  return sums;
}

// What no service owns, for it is the runtime's, is in every store.
Page World::find_all(const RecordType& type) {
  const Query query{.type = &type, .newest_first = false, .limit = 1000};
  const auto find = [&](Reader& kept) {
    auto page = kept.find(query);
    if (!page) throw std::runtime_error(page.error().detail);
    return *std::move(page);
  };
  const auto owner = home_of(type);
  if (!is_apart() || owner != ServiceName::world) return find(reader_at(owner));
  Page all;
  for (const auto& [home, nodes] : nodes_)
    std::ranges::move(find(reader_at(home)).records, std::back_inserter(all.records));
  return all;
}

}  // namespace oms::testing
