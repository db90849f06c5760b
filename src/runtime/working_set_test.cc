#include "runtime/working_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
              ThrowsMessage<std::logic_error>(HasSubstr("runtime_sequence orders/today")));
  records.put(key, {});
  EXPECT_TRUE(records.knows(key));
  EXPECT_EQ(records.get<Sequence>("orders/today"), nullptr);
}

TEST(WorkingSet, WhatAServiceHasSavedOrErasedIsKnown) {
  WorkingSet records;
  records.save(make_record(Sequence{.id = "orders/today", .claimed = 3}));
  EXPECT_EQ(records.get<Sequence>("orders/today")->claimed, 3);
  records.erase(key);
  EXPECT_EQ(records.find(key), nullptr);
}

}  // namespace
}  // namespace oms::runtime
