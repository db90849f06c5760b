// What a new process does first with what the last one had under way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/sqlite/sqlite_store.h"
#include "adapters/sqlite/testing/temporary_folder.h"
#include "runtime/dead_letters.h"
#include "runtime/runtime.h"
#include "tests/support/world.h"

namespace oms::testing {
namespace {

using payments::Payment;
using std::chrono::minutes;

class Restart : public ::testing::Test {
 protected:
  Restart() {
    auto store = SqliteStore::open({.path = folder_.file("oms.db")}, services_.types());
    if (!store) throw std::runtime_error(store.error().detail);
    store_ = *std::move(store);
  }

  void keep(std::size_t count, const Payment& like) {
    std::vector<Change> changes;
    for (std::size_t i = 0; i < count; ++i) {
      auto payment = like;
      payment.id = ids_.make(clock_.now());
      payment.due = clock_.now() + minutes{1 + static_cast<int>(i % 30)};
      auto record = make_record(std::move(payment));
      const auto key = record.key();
      changes.push_back({.key = key, .record = std::move(record), .expected = 0});
    }
    std::ranges::sort(changes, std::less<>{}, &Change::key);
    ASSERT_TRUE(store_->commit(changes));
  }

  // What a new process asks of the provider, until it has nothing to do but wait. A disk may be
  // slow, so what is expected is waited for.
  std::size_t asked_after_restart(std::size_t expected) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    std::size_t asked = 0;
    runtime::Runtime runtime{
        {.services = services_,
         .store = *store_,
         .clock = clock_,
         .ids = ids_,
         .start_effects = [&](const std::vector<Effect>& effects) { asked += effects.size(); },
         .observe = {}},
        {.batch_max = 64}};
    for (std::size_t idle = 0; idle < 20 || asked < expected;) {
      if (std::chrono::steady_clock::now() > until) break;
      const auto before = runtime.counters().messages.load();
      EXPECT_TRUE(runtime.step(Duration{1}));
      idle = runtime.counters().messages.load() == before ? idle + 1 : 0;
    }
    runtime.close();
    EXPECT_TRUE(runtime.run());
    return asked;
  }

  const TemporaryFolder folder_;
  ManualClock clock_;
  runtime::IdSource ids_{{1, 2, 3, 4, 5}};
  payments::PaymentsService payments_{payments::PaymentSettings{}};
  runtime::DeadLetterDesk desk_;
  runtime::Services services_{{&payments_, &desk_}};
  std::unique_ptr<SqliteStore> store_;
};

TEST_F(Restart, AsksAtOnceForWhatWasUnderWayAndForNothingElse) {
  keep(2000, {.status = PaymentStatus::link_ready, .session_id = "cs_1"});
  keep(150, {.status = PaymentStatus::requested,
             .amount = 450,
             .under_way = PaymentOperation::Kind::create_link,
             .attempt = 7});
  keep(150, {.status = PaymentStatus::refund_pending,
             .captured = 450,
             .under_way = PaymentOperation::Kind::refund,
             .attempt = 1});
  EXPECT_EQ(asked_after_restart(300), 300U);
}

TEST_F(Restart, HasNothingToAskWhereNothingWasUnderWay) {
  keep(100, {.status = PaymentStatus::link_ready, .session_id = "cs_1"});
  EXPECT_EQ(asked_after_restart(0), 0U);
}

}  // namespace
}  // namespace oms::testing
