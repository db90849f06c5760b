#include "app/housekeeping.h"

#include <gtest/gtest.h>

#include "adapters/memory/memory_store.h"
#include "runtime/records.h"

namespace oms::app {
namespace {

using runtime::InboxEntry;
using std::chrono::hours;
using std::chrono::seconds;

const Time now{1'700'000'000'000};

class HousekeepingTest : public testing::Test {
 protected:
  void keep(int count, Time at) {
    std::vector<Change> changes;
    for (int i = 0; i < count; ++i) {
      auto record = make_record(InboxEntry{.id = std::to_string(kept_++), .at = at});
      const auto key = record.key();
      changes.push_back({.key = key, .record = std::move(record)});
    }
    std::ranges::sort(changes, std::less<>{}, &Change::key);
    ASSERT_TRUE(store_.commit(changes));
  }
  std::size_t left() {
    return store_.find({.type = &type_of<InboxEntry>(), .limit = 10'000})->records.size();
  }

  int kept_ = 0;
  MemoryStore store_;
  Housekeeping housekeeping_{store_, Settings{.retention_hours = 24}};
};

TEST_F(HousekeepingTest, DoesALittleOnceASecond) {
  keep(50, now - hours{25});
  keep(50, now - hours{23});
  ASSERT_TRUE(housekeeping_.step(now));
  EXPECT_EQ(left(), 50U) << "what is young stays";
  EXPECT_FALSE(housekeeping_.is_due(now + Duration{999}));
  EXPECT_TRUE(housekeeping_.is_due(now + seconds{1}));
}

TEST_F(HousekeepingTest, HurriesWhileThereIsMuchToForget) {
  keep(2'000, now - hours{25});
  auto at = now;
  for (int i = 0; i < 10; ++i, at = at + Duration{250}) ASSERT_TRUE(housekeeping_.step(at));
  EXPECT_EQ(left(), 0U);
  ASSERT_TRUE(housekeeping_.step(at));
  EXPECT_FALSE(housekeeping_.is_due(at + Duration{250}));
}

}  // namespace
}  // namespace oms::app
