// What every Store and Reader makes of records that a newer version has written.
#include "tests/ports/store_kinds.h"

namespace oms::sample {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

template <class Kept>
class NewerRecordsTest : public StoreTest<Kept> {};
TYPED_TEST_SUITE(NewerRecordsTest, Kinds, KindNames);

TYPED_TEST(NewerRecordsTest, WhatANewerVersionHasWrittenIsThereButNotRead) {
  this->commit({put(Label{"b", "old"})});
  ASSERT_TRUE(this->kept_.commit_as_newer(std::vector{put_newer(Label{"a", "new"})}));
  ASSERT_TRUE(this->kept_.commit_as_newer(std::vector{put_newer(Label{"a", "again"}, 1)}));
  for (int twice = 0; twice < 2; ++twice) {
    const auto found = this->template load<Label>("a");
    EXPECT_TRUE(found.is_newer);
    EXPECT_FALSE(found.record);
    EXPECT_EQ(found.version, 2U);
  }
  EXPECT_FALSE(this->template load<Label>("b").is_newer);
  EXPECT_FALSE(this->template load<Label>("none").is_newer);
  const auto got = this->reader().get(key_of<Label>("a"));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(got.error().detail, HasSubstr("sample_label a was written by a newer version"));
}

TYPED_TEST(NewerRecordsTest, APageIsRefusedOrNamesWhatANewerVersionHasWritten) {
  this->commit({put(Label{"b", "old"})});
  ASSERT_TRUE(this->kept_.commit_as_newer(std::vector{put_newer(Label{"a", "new"})}));
  Query query{.type = &type_of<Label>(), .newest_first = false, .limit = 1};
  EXPECT_EQ(this->reader().find(query).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(this->store().find(query).error().kind, ErrorKind::unavailable);
  query.and_newer = true;
  const auto first = value(this->store().find(query));
  ASSERT_EQ(first.records.size(), 1U);
  EXPECT_TRUE(first.records[0].is_newer);
  EXPECT_EQ(first.records[0].version, 1U);
  EXPECT_TRUE(first.more);
  query.after = first.last;
  query.and_newer = false;
  EXPECT_THAT(ids(value(this->reader().find(query))), ElementsAre("b"));
}

TYPED_TEST(NewerRecordsTest, WhatANewerVersionHasWrittenStaysDue) {
  ASSERT_TRUE(this->kept_.commit_as_newer(
      std::vector{put_newer(Parcel{.id = "p", .owner = "x", .weight = 5, .due = Time{100}})}));
  EXPECT_THAT(ids(value(this->store().due(type_of<Parcel>(), Time{100}, 9))), ElementsAre("p"));
  EXPECT_EQ(value(this->store().next_due(type_of<Parcel>())), Time{100});
  EXPECT_EQ(this->held("x"), 5);
}

TYPED_TEST(NewerRecordsTest, WhatANewerVersionHasWrittenIsNotChanged) {
  this->commit({put(Label{"l", "old"}), put(Parcel{.id = "p", .owner = "x", .weight = 5})});
  ASSERT_TRUE(this->kept_.commit_as_newer(
      std::vector{put_newer(Label{"l", "new"}, 1),
                  put_newer(Parcel{.id = "p", .owner = "x", .weight = 6}, 1)}));
  EXPECT_EQ(this->refused({put(Label{"l", "back"}, 2)}), ErrorKind::conflict);
  EXPECT_EQ(this->refused({erase<Label>("l", 2), put(Label{"m", "new"})}), ErrorKind::conflict);
  EXPECT_EQ(this->refused({put(Parcel{.id = "p"}, 2)}), ErrorKind::conflict);
  EXPECT_EQ(this->refused({erase<Parcel>("p", 2)}), ErrorKind::conflict);
  EXPECT_EQ(this->template load<Label>("l").version, 2U);
  EXPECT_EQ(this->held("x"), 6);
  EXPECT_FALSE(this->template load<Label>("m").record);
}

}  // namespace
}  // namespace oms::sample
