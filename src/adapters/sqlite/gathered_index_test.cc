#include "adapters/sqlite/gathered_index.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/sqlite/file_check.h"
#include "adapters/sqlite/sqlite_reader.h"
#include "adapters/sqlite/testing/store_fixture.h"

namespace oms {
namespace {

using sample::erase;
using sample::Parcel;
using sample::put;
using testing::ElementsAre;
using testing::IsEmpty;

class GatheredIndexTest : public SqliteStoreTest {
 protected:
  GatheredIndexTest() { options_.gathered_rows = 10; }

  static Parcel parcel(int number, std::string owner) {
    return {.id = fmt::format("{:06}", number), .owner = std::move(owner)};
  }
  static std::vector<std::string> parcels_of(SqliteStore& store, const std::string& owner,
                                             const std::string& after = {},
                                             std::size_t limit = 100) {
    const auto page = store.find({.type = &type_of<Parcel>(),
                                  .column = "owner",
                                  .value = owner,
                                  .newest_first = true,
                                  .after = after,
                                  .limit = limit});
    if (!page) throw std::runtime_error(page.error().detail);
    std::vector<std::string> ids;
    for (const auto& found : page->records) ids.emplace_back(found.record.key().id.view());
    return ids;
  }
  std::int64_t ask(const std::string& sql) {
    auto connection = *sqlite::Connection::open(path_, sqlite::Access::read_only);
    return *connection.ask_integer(sql);
  }
  std::int64_t rows_in_table() {
    return ask("select count(*) from sample_parcel_gathered_by_owner");
  }
};

TEST_F(GatheredIndexTest, ARowIsFoundBeforeWhileAndAfterItIsWrittenToTheTable) {
  const auto store = open();
  std::vector<std::string> expected;
  for (int i = 0; i < 60; ++i) {
    ASSERT_TRUE(commit(*store, {put(parcel(i, i % 3 == 0 ? "a" : "b"))}));
    if (i % 3 == 0) expected.insert(expected.begin(), fmt::format("{:06}", i));
    ASSERT_EQ(parcels_of(*store, "a"), expected) << i;
    if (i < 10) {
      EXPECT_EQ(rows_in_table(), 0);
    }
  }
  EXPECT_GE(rows_in_table(), 40);
}

TEST_F(GatheredIndexTest, PagesGoOnFromWhatIsGatheredToWhatIsInTheTable) {
  const auto store = open();
  for (int i = 0; i < 35; ++i) ASSERT_TRUE(commit(*store, {put(parcel(i, "a"))}));
  int expected = 34;
  for (std::string after; expected >= 0;) {
    const auto page = parcels_of(*store, "a", after, 4);
    ASSERT_FALSE(page.empty());
    for (const auto& id : page) EXPECT_EQ(id, fmt::format("{:06}", expected--));
    after = page.back();
  }
}

// Nothing is written when a store closes, so it makes no difference how its process ends.
TEST_F(GatheredIndexTest, WhatWasGatheredIsThereAfterARestart) {
  std::vector<std::string> expected;
  for (int i = 0; i < 47; ++i) {
    const auto store = open();
    ASSERT_EQ(parcels_of(*store, "a"), expected) << i;
    ASSERT_TRUE(commit(*store, {put(parcel(i, "a"))}));
    expected.insert(expected.begin(), fmt::format("{:06}", i));
  }
}

TEST_F(GatheredIndexTest, AnIdFromBeforeTheOthersIsThereAfterARestart) {
  {
    const auto store = open();
    for (int i = 100; i < 145; ++i) ASSERT_TRUE(commit(*store, {put(parcel(i, "b"))}));
    ASSERT_TRUE(commit(*store, {put(parcel(7, "a"))}));
  }
  EXPECT_THAT(parcels_of(*open(), "a"), ElementsAre("000007"));
}

TEST_F(GatheredIndexTest, WhatWasGatheredIsInTheTableAfterARestart) {
  for (int run = 0; run < 5; ++run) {
    const auto store = open();
    EXPECT_EQ(rows_in_table(), 3 * run);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(commit(*store, {put(parcel(3 * run + i, "a"))}));
  }
}

TEST_F(GatheredIndexTest, AReaderMayOutliveTheStore) {
  auto store = open();
  const auto reader = *SqliteReader::open(options_, sample::all_types(), store.get());
  ASSERT_TRUE(commit(*store, {put(parcel(1, "a"))}));
  store.reset();
  const auto page = reader->find({.type = &type_of<Parcel>(), .column = "owner", .value = "a"});
  ASSERT_TRUE(page) << page.error().detail;
  EXPECT_EQ(page->records.size(), 1U);
}

TEST_F(GatheredIndexTest, OnlyTheLastLotsMayBeMissing) {
  const auto store = open();
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(commit(*store, {put(parcel(i, "a"))}));
  EXPECT_LE(
      ask("select count(*) from sample_parcel where id >= (select since from store_gathered)"), 20);
}

TEST_F(GatheredIndexTest, AnErasedRowDoesNotComeBack) {
  auto store = open();
  for (int i = 0; i < 12; ++i) ASSERT_TRUE(commit(*store, {put(parcel(i, "a"))}));
  // With the rows of this commit some of the first lot are written, among them those that go.
  std::vector<Change> changes;
  for (int i = 0; i < 12; ++i) changes.push_back(erase<Parcel>(fmt::format("{:06}", i), 1));
  for (int i = 20; i < 40; ++i) changes.push_back(put(parcel(i, "b")));
  ASSERT_TRUE(commit(*store, changes));
  EXPECT_THAT(parcels_of(*store, "a"), IsEmpty());
  for (int i = 40; i < 80; ++i) ASSERT_TRUE(commit(*store, {put(parcel(i, "b"))}));
  EXPECT_EQ(ask("select count(*) from sample_parcel_gathered_by_owner where owner = 'a'"), 0);
  store.reset();
  EXPECT_THAT(parcels_of(*open(), "a"), IsEmpty());
}

TEST_F(GatheredIndexTest, ARowMayChangeItsValueWhereverItIs) {
  const auto store = open();
  for (int i = 0; i < 45; ++i) ASSERT_TRUE(commit(*store, {put(parcel(i, "a"))}));
  for (int i = 0; i < 45; ++i) ASSERT_TRUE(commit(*store, {put(parcel(i, "b"), 1)}));
  EXPECT_THAT(parcels_of(*store, "a"), IsEmpty());
  EXPECT_EQ(parcels_of(*store, "b").size(), 45U);
}

TEST_F(GatheredIndexTest, ACommitThatFailsLeavesItAsItWas) {
  const auto store = open();
  for (int i = 0; i < 15; ++i) ASSERT_TRUE(commit(*store, {put(parcel(i, "a"))}));
  const auto before = parcels_of(*store, "a");
  const auto written = rows_in_table();
  EXPECT_FALSE(
      commit(*store, {put(parcel(50, "a")), erase<Parcel>("000001", 1), put(parcel(0, "b"), 7)}));
  EXPECT_EQ(parcels_of(*store, "a"), before);
  EXPECT_EQ(rows_in_table(), written);
  ASSERT_TRUE(commit(*store, {put(parcel(50, "a"))}));
  EXPECT_EQ(parcels_of(*store, "a").size(), before.size() + 1);
}

TEST_F(GatheredIndexTest, ACheckOfTheFileFindsWhatIsMissingAndWhatIsTooMuch) {
  auto store = open();
  for (int i = 0; i < 45; ++i) ASSERT_TRUE(commit(*store, {put(parcel(i, "a"))}));
  store.reset();
  EXPECT_THAT(*check_sqlite_file(path_), IsEmpty());
  run(path_, "update sample_parcel_gathered_by_owner set id = 'x' where id = '000003'");
  EXPECT_THAT(
      *check_sqlite_file(path_),
      ElementsAre("row 000003 of sample_parcel is missing in sample_parcel_gathered_by_owner",
                  "sample_parcel_gathered_by_owner names row x, which sample_parcel does "
                  "not hold so"));
}

TEST_F(GatheredIndexTest, AReaderWithoutTheStoreSaysSo) {
  const auto store = open();
  const auto reader = *SqliteReader::open(options_, sample::all_types());
  const auto page = reader->find({.type = &type_of<Parcel>(), .column = "owner", .value = "a"});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().detail, "finding by owner needs the store that writes sample_parcel");
}

}  // namespace
}  // namespace oms
