#include "runtime/working_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/assert.h"
#include "runtime/records.h"

namespace oms::runtime {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const Key key = key_of<Sequence>("orders/today");

TEST(WorkingSet, WhatWasNotLoadedIsNotTakenForAbsent) {
  WorkingSet records;
  EXPECT_FALSE(records.knows(key));
  EXPECT_THAT([&] { records.get<Sequence>("orders/today"); },
              ThrowsMessage<BrokenAssertion>(HasSubstr("runtime_sequence orders/today was read")));
  const auto changed = ThrowsMessage<BrokenAssertion>(HasSubstr("changed without being loaded"));
  EXPECT_THAT([&] { records.save(make_record(Sequence{.id = "orders/today"})); }, changed);
  EXPECT_THAT([&] { records.erase(key); }, changed);
  records.put(key, {});
  EXPECT_TRUE(records.knows(key));
  EXPECT_EQ(records.get<Sequence>("orders/today"), nullptr);
}

TEST(WorkingSet, WhatAServiceHasSavedOrErasedIsKnown) {
  WorkingSet records;
  records.put(key, {});
  records.save(make_record(Sequence{.id = "orders/today", .claimed = 3}));
  EXPECT_EQ(records.get<Sequence>("orders/today")->claimed, 3);
  records.erase(key);
  EXPECT_EQ(records.find(key), nullptr);
}

TEST(WorkingSet, NoLoadOverwritesWhatWasDecided) {
  WorkingSet records;
  records.put(key, {});
  records.put(key, {});
  records.save(make_record(Sequence{.id = "orders/today", .claimed = 3}));
  EXPECT_THAT([&] { records.put(key, {}); },
              ThrowsMessage<BrokenAssertion>(HasSubstr("loaded again")));
}

TEST(WorkingSet, WhatANewerVersionHasWrittenIsNotTakenForAbsent) {
  WorkingSet records;
  EXPECT_FALSE(records.is_readable(key));
  records.put(key, {.record = {}, .version = 4, .is_newer = true});
  EXPECT_TRUE(records.knows(key));
  EXPECT_TRUE(records.is_newer(key));
  EXPECT_THROW((void)records.is_readable(key), NewerRecord);
  EXPECT_THAT([&] { (void)records.find(key); },
              ThrowsMessage<NewerRecord>(HasSubstr("written by a newer version")));
  const auto as_it_is = records.committed(key);
  ASSERT_TRUE(as_it_is);
  EXPECT_TRUE(as_it_is->is_newer) << "and so the next batch finds it";
  EXPECT_TRUE(records.changes().empty());
}

}  // namespace
}  // namespace oms::runtime
