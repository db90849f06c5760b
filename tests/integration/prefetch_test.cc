// What a wave of messages needs is loaded at once, however many they are: on a store that is
// reached over a network each load is a round trip.
#include <gtest/gtest.h>

#include "runtime/dead_letters.h"
#include "runtime/replicas.h"
#include "services/stock/service.h"
#include "tests/support/held_back_store.h"
#include "tests/support/world.h"

namespace oms::testing {
namespace {

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
      runtime_.receive(
          to_envelope(message, {ServiceName::coordinator, ServiceName::stock, number}),
          [this](Disposition disposition) { settled_ += disposition == Disposition::ack ? 1 : 0; });
    }
    store_.loads = store_.begun = settled_ = 0;
    ASSERT_TRUE(runtime_.step(Duration{0}));
  }

  ManualClock clock_;
  HeldBackStore store_;
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
  EXPECT_EQ(store_.begun, 1);
  receive_all(2, [] { return CommitStock{}; });
  EXPECT_EQ(settled_, wave);
  EXPECT_LE(store_.loads, 2);
  EXPECT_EQ(store_.begun, 1);
}

}  // namespace
}  // namespace oms::testing
