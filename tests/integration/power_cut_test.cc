// The production store, runtime and services under load, with the power cut again and again before
// any write or sync. `CUTS=300` for as many; the default keeps `make test` quick.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>

#include "adapters/sqlite/sqlite_reader.h"
#include "adapters/sqlite/sqlite_store.h"
#include "adapters/sqlite/testing/temporary_folder.h"
#include "tests/support/power_cut_disk.h"
#include "tests/support/world.h"
#include "tools/check/check.h"

namespace oms::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

int cuts() {
  const char* given = std::getenv("CUTS");
  return given != nullptr ? std::atoi(given) : 12;
}

struct Acknowledged {
  Id order;
  std::int64_t version = 0;
};

// What outlives a power cut: the customers' memory, and the provider with its book and the webhooks
// that were not answered yet.
struct Outside {
  struct Session {
    MinorUnits amount = 0;
    ProviderWord word = ProviderWord::open;
    int charges = 0;
    MinorUnits refunded = 0;
  };
  std::map<Id, Session> sessions;
  std::map<Id, Message> untold;  // by the webhook's id
  std::vector<Acknowledged> told;
  std::atomic<std::size_t> told_count{0};
  std::mt19937 chance{20260101};
  ManualClock clock;
  std::uint32_t events = 0;
  std::uint8_t lives = 0;

  PaymentOutcome perform(const PaymentOperation& operation);
  void pay(const Id& order);
};

PaymentOutcome Outside::perform(const PaymentOperation& operation) {
  using Kind = PaymentOperation::Kind;
  auto& session = sessions[operation.order_id];
  if (operation.kind == Kind::create_link) session.amount = operation.amount;
  if (operation.kind == Kind::expire_link && session.word == ProviderWord::open) {
    session.word = ProviderWord::expired;
  }
  if (operation.kind == Kind::refund && session.word == ProviderWord::paid) {
    session.refunded += operation.amount;
    session.word = ProviderWord::refunded;
  }
  return {.kind = operation.kind,
          .result = PaymentOutcome::Result::done,
          .word = session.word,
          .session_id = "cs_" + operation.order_id.text(),
          .link = "https://pay.example/" + operation.order_id.text(),
          .amount = session.amount,
          .currency = "usd"};
}

void Outside::pay(const Id& order) {
  auto& session = sessions[order];
  if (session.word != ProviderWord::open) return;
  session.word = ProviderWord::paid;
  ++session.charges;
  Id::Bytes bytes{0xEE};
  ++events;
  for (std::size_t i = 0; i < 4; ++i) {
    bytes.at(8 + i) = static_cast<std::uint8_t>(events >> (24 - 8 * i));
  }
  untold.emplace(Id{bytes},
                 Message{.id = Id{bytes},
                         .order_id = order,
                         .payload = ProviderEvent{.event_id = "evt_" + std::to_string(events),
                                                  .session_id = "cs_" + order.text(),
                                                  .word = ProviderWord::paid,
                                                  .amount = session.amount,
                                                  .currency = "usd"}});
}

process::Settings quick_settings() {
  process::Settings settings;
  settings.kitchen.preparation = Duration{0};
  settings.delivery.travel = Duration{0};
  settings.limits.payment_window = minutes{5};
  settings.stock.held_units_max = 0;
  return settings;
}

// The system from a start to a power cut.
class Life {
 public:
  Life(Outside& outside, PowerCutDisk& disk, const std::string& path)
      : outside_(outside),
        disk_(disk),
        services_(settings_),
        ids_({9, 9, 9, 9, ++outside.lives}),
        store_(open(path, services_)),
        runtime_({.services = services_.services(),
                  .store = *store_,
                  .clock = outside.clock,
                  .ids = ids_,
                  .start_effects = [this](std::vector<Effect> e) { perform(std::move(e)); },
                  .observe = [this](const runtime::Committed& c) { see(c.changes); }},
                 {}) {}
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;
  // What is being written must be there until it is written.
  ~Life() {
    runtime_.close();
    (void)runtime_.run();
  }

  void fill_shelf() {
    std::vector<Change> shelf;
    for (auto& item : stock::default_catalogue("usd")) {
      item.initial = item.id == "2" ? 40 : 1'000'000;  // one runs out
      auto record = make_record(std::move(item));
      const auto key = record.key();
      shelf.push_back({.key = key, .record = std::move(record), .expected = 0});
    }
    std::ranges::sort(shelf, std::less<>{}, &Change::key);
    ASSERT_TRUE(store_->commit(shelf));
  }

  void trade_until_cut() {
    for (int i = 0; !disk_.is_cut() && i < 100'000; ++i) {
      if (i % 4 == 0) place();
      if (i % 16 == 0) repeat_webhooks();
      step();
    }
  }

  // Until nothing is under way: time passes, and the provider repeats what was not answered.
  void come_to_rest() {
    for (int i = 0; i < 600; ++i) {
      repeat_webhooks();
      outside_.clock.advance(minutes{1});
      for (int j = 0; j < 40; ++j) step();
    }
  }

 private:
  static std::unique_ptr<SqliteStore> open(const std::string& path,
                                           const process::ServiceSet& services) {
    auto store = SqliteStore::open({.path = path,
                                    .cache_bytes = 1U << 20U,
                                    .checkpoint_bytes = 100'000,
                                    .vfs = PowerCutDisk::name()},
                                   services.types());
    if (!store) throw std::runtime_error(store.error().detail);
    return *std::move(store);
  }

  void step() {
    outside_.clock.advance(milliseconds{1});
    if (!runtime_.step(milliseconds{1})) throw std::runtime_error("the store is broken");
  }

  void place() {
    const auto id = ids_.make(outside_.clock.now());
    Message message{.id = {}, .order_id = id, .fresh = true};
    message.payload = PlaceOrder{.customer_id = "c1",
                                 .saga = "food",
                                 .lines = {{outside_.chance() % 8 == 0 ? "2" : "1", 1}},
                                 .customer = {}};
    runtime_.offer(std::move(message), runtime::Lane::normal, [this, id](const auto& answer) {
      if (answer) hear(id, answer->template as<orders::Order>()->version);
    });
  }

  void hear(const Id& order, std::int64_t version) {
    if (disk_.is_cut()) return;  // nobody was there to say it
    outside_.told.push_back({.order = order, .version = version});
    outside_.told_count = outside_.told.size();
  }

  void see(std::span<const Change> changes) {
    if (disk_.is_cut()) return;
    for (const auto& change : changes) {
      const auto* order = change.record ? change.record.as<orders::Order>() : nullptr;
      if (order == nullptr || order->status != OrderStatus::waiting_payment) continue;
      if (outside_.chance() % 8 != 0) outside_.pay(order->id);
    }
  }

  void perform(std::vector<Effect> effects) {
    if (disk_.is_cut()) return;
    for (const auto& effect : effects) {
      const auto* operation = std::get_if<PaymentOperation>(&effect);
      if (operation == nullptr) continue;  // nobody has left an address
      runtime_.offer(
          {.id = {}, .order_id = operation->order_id, .payload = outside_.perform(*operation)},
          runtime::Lane::urgent);
    }
  }

  void repeat_webhooks() {
    for (const auto& [id, webhook] : outside_.untold) {
      runtime_.offer(webhook, runtime::Lane::urgent, [this, id = id](const auto& answer) {
        if (answer && !disk_.is_cut()) answered_.push_back(id);
      });
    }
    for (const auto& id : std::exchange(answered_, {})) outside_.untold.erase(id);
  }

  Outside& outside_;
  PowerCutDisk& disk_;
  const process::Settings settings_ = quick_settings();
  process::ServiceSet services_;
  runtime::IdSource ids_;
  std::vector<Id> answered_;
  std::unique_ptr<SqliteStore> store_;
  runtime::Runtime runtime_;
};

void expect_sound(const std::string& path) {
  const auto auditor = check::check_invariants({.database = path});
  ASSERT_TRUE(auditor) << auditor.error().detail;
  EXPECT_EQ(auditor->findings().broken(), 0);
}

void expect_acknowledged(const std::string& path, const Outside& outside, std::size_t from) {
  const process::ServiceSet services{process::Settings{}};
  const auto reader = SqliteReader::open({.path = path}, services.types());
  ASSERT_TRUE(reader) << reader.error().detail;
  for (auto i = from; i < outside.told.size(); ++i) {
    const auto found = (*reader)->get(key_of<orders::Order>(outside.told[i].order.text()));
    ASSERT_TRUE(found && found->record) << "lost: " << outside.told[i].order.text();
    EXPECT_GE(found->record.as<orders::Order>()->version, outside.told[i].version);
  }
}

void expect_right_charges(const std::string& path, const Outside& outside) {
  const process::ServiceSet services{process::Settings{}};
  const auto reader = SqliteReader::open({.path = path}, services.types());
  ASSERT_TRUE(reader) << reader.error().detail;
  for (const auto& [id, session] : outside.sessions) {
    const auto found = (*reader)->get(key_of<orders::Order>(id.text()));
    ASSERT_TRUE(found && found->record) << "lost: " << id.text();
    const auto& order = *found->record.as<orders::Order>();
    const auto kept = session.charges * session.amount - session.refunded;
    EXPECT_LE(session.charges, 1);
    EXPECT_TRUE(is_final(order.status)) << id.text();
    EXPECT_EQ(kept, order.status == OrderStatus::completed ? order.total : 0) << id.text();
  }
}

TEST(PowerCut, LosesNothingDoublesNothingChargesRight) {
  PowerCutDisk disk{20260101};
  Outside outside;
  auto folder = std::make_unique<TemporaryFolder>();
  bool is_new = true;
  for (int i = 0; i < cuts(); ++i) {
    const auto told_before = outside.told.size();
    std::size_t told_at_cut = 0;
    {
      Life life{outside, disk, folder->file("oms.db")};
      if (std::exchange(is_new, false)) life.fill_shelf();
      disk.cut_before(static_cast<int>(outside.chance() % 600),
                      [&] { told_at_cut = outside.told_count; });
      life.trade_until_cut();
    }
    ASSERT_TRUE(disk.is_cut());
    outside.told.resize(std::min(outside.told.size(), std::max(told_at_cut, told_before)));
    auto next = std::make_unique<TemporaryFolder>();
    disk.restore_to(next->file(""));
    folder = std::move(next);
    expect_sound(folder->file("oms.db"));
    expect_acknowledged(folder->file("oms.db"), outside, told_before);
    if (HasFatalFailure()) return;
  }
  ASSERT_GT(outside.told.size(), static_cast<std::size_t>(2 * cuts()));
  disk.cut_before(1'000'000'000, [] {});
  {
    Life{outside, disk, folder->file("oms.db")}.come_to_rest();
  }
  expect_sound(folder->file("oms.db"));
  expect_acknowledged(folder->file("oms.db"), outside, 0);
  expect_right_charges(folder->file("oms.db"), outside);
  RecordProperty("orders", static_cast<int>(outside.told.size()));
}

}  // namespace
}  // namespace oms::testing
