// What a wave of messages needs is loaded at once, however many they are: on a store that is
// reached over a network each load is a round trip.
#include <gtest/gtest.h>

#include "runtime/dead_letters.h"
#include "runtime/replicas.h"
#include "services/stock/service.h"
#include "tests/support/world.h"

namespace oms::testing {
namespace {

// Counts how often it is asked for records.
class LoadCountingStore final : public Store {
 public:
  using Store::load;
  Result<std::vector<Found>> load(std::span<const Key> keys, Hold hold) override {
    ++loads;
    return inner.load(keys, hold);
  }
  Result<void> commit(std::span<const Change> changes) override {
    ++commits;
    return inner.commit(changes);
  }
  Result<std::vector<Key>> due(const RecordType& type, Time now, std::size_t max) override {
    return inner.due(type, now, max);
  }
  Result<std::optional<Time>> next_due(const RecordType& type) override {
    return inner.next_due(type);
  }
  Result<Page> find(const Query& query) override { return inner.find(query); }

  MemoryStore inner;
  int loads = 0;
  int commits = 0;
};

class PrefetchTest : public ::testing::Test {
 protected:
  static constexpr int wave = 64;

  PrefetchTest() {
    std::vector<Change> shelf;
    for (auto& item : stock::default_catalogue("usd")) {
      auto record = make_record(std::move(item));
      const auto key = record.key();
      shelf.push_back({.key = key, .record = std::move(record)});
    }
    std::ranges::sort(shelf, std::less<>{}, &Change::key);
    EXPECT_TRUE(store_.inner.commit(shelf));
    for (int n = 0; n < wave; ++n) orders_.push_back(ids_.make(clock_.now()));
  }

  // As many as a wave holds, from elsewhere, each about its own order.
  template <class Make>
  void receive_all(std::int64_t number, Make make) {
    for (const auto& order : orders_) {
      const Message message{.id = ids_.make(clock_.now()), .order_id = order, .payload = make()};
      runtime_.receive(to_envelope(message, {ServiceName::coordinator, ServiceName::stock, number}),
                       [this](Verdict verdict) { settled_ += verdict == Verdict::ack ? 1 : 0; });
    }
    store_.loads = store_.commits = settled_ = 0;
    ASSERT_TRUE(runtime_.step(Duration{0}));
  }

  ManualClock clock_;
  LoadCountingStore store_;
  ScramblingBroker broker_;
  runtime::IdSource ids_{{1, 2, 3, 4, 5}};
  stock::StockService stock_{{}};
  runtime::DeadLetterDesk desk_;
  runtime::ReplicaDesk seats_;
  runtime::Services services_{{&stock_, &desk_, &seats_}, true};
  runtime::Runtime runtime_{{.services = services_,
                             .store = store_,
                             .clock = clock_,
                             .ids = ids_,
                             .start_effects = {},
                             .observe = {},
                             .broker = &broker_},
                            {}};
  std::vector<Id> orders_;
  int settled_ = 0;
};

TEST_F(PrefetchTest, AWaveOfStockCommandsIsLoadedInTwoRoundsAtMost) {
  receive_all(1, [n = 0]() mutable {
    return ReserveStock{
        .customer_id = "c" + std::to_string(++n),
        .lines = {{.product_id = "1", .quantity = 1}, {.product_id = "2", .quantity = 1}}};
  });
  EXPECT_EQ(settled_, wave);
  EXPECT_LE(store_.loads, 2);
  EXPECT_EQ(store_.commits, 1);
  receive_all(2, [] { return CommitStock{}; });
  EXPECT_EQ(settled_, wave);
  EXPECT_LE(store_.loads, 2);
  EXPECT_EQ(store_.commits, 1);
}

}  // namespace
}  // namespace oms::testing
