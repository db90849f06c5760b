// What PostgreSQL adds to a store's promises: several processes at once.
#include <atomic>
#include <future>
#include <thread>

#include "tests/ports/postgres_test.h"

namespace oms::sample {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

class PostgresStoreTest : public PostgresTest {
 protected:
  void slow_inserts_down(const std::string& table) const {
    schema_->run(
        "create function slow() returns trigger language plpgsql as "
        "$$ begin perform pg_sleep(0.1); return new; end $$; create trigger slow before insert "
        "on " +
        table + " for each row execute function slow()");
  }
};

TEST_F(PostgresStoreTest, OfTwoWritersOfOneRecordOneIsRefused) {
  const auto a = open();
  const auto b = open();
  ASSERT_TRUE(commit(*a, {put(Label{"l", "one"})}));
  ASSERT_EQ(load<Label>(*b, "l").version, 1U);
  ASSERT_TRUE(commit(*a, {put(Label{"l", "a's"}, 1)}));
  const auto refused = commit(*b, {put(Label{"l", "b's"}, 1), put(Label{"m", "b's"})});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  EXPECT_THAT(refused.error().detail, HasSubstr("sample_label l"));
  EXPECT_EQ(load<Label>(*b, "l").record.as<Label>()->text, "a's");
  EXPECT_FALSE(load<Label>(*b, "m").record);
  EXPECT_TRUE(commit(*b, {put(Label{"l", "b's"}, 2)}));
}

TEST_F(PostgresStoreTest, ASumThatHasChangedSinceItWasReadIsAConflict) {
  const auto a = open();
  const auto b = open();
  const auto as_read = load<HeldWeight>(*b, "x");
  ASSERT_TRUE(commit(*a, {put(Parcel{.id = "1", .owner = "x", .weight = 3})}));
  const auto refused =
      commit(*b, {change_of_sum(as_read), put(Parcel{.id = "2", .owner = "x", .weight = 4})});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  EXPECT_FALSE(load<Parcel>(*a, "2").record);
}

// They write no row in common: only the sum keeps them apart.
TEST_F(PostgresStoreTest, WritersAtTheSameMomentNeverPassALimitOnASum) {
  constexpr std::int64_t limit = 5;
  const auto fill = [&](const std::string& name) {
    const auto store = open();
    for (int i = 0;; ++i) {
      const auto sum = load<HeldWeight>(*store, "x");
      if (sum.record.as<HeldWeight>()->weight >= limit) return;
      const auto done =
          commit(*store, {change_of_sum(sum),
                          put(Parcel{.id = name + std::to_string(i), .owner = "x", .weight = 1})});
      ASSERT_TRUE(done || done.error().kind == ErrorKind::conflict) << done.error().detail;
    }
  };
  open();
  slow_inserts_down("sample_parcel");
  std::thread a{fill, "a"};
  std::thread b{fill, "b"};
  a.join();
  b.join();
  EXPECT_EQ(load<HeldWeight>(*open(), "x").record.as<HeldWeight>()->weight, limit);
}

TEST_F(PostgresStoreTest, WhatIsHeldIsKeptFromOthersUntilTheCommit) {
  const auto a = open();
  const auto b = open();
  ASSERT_TRUE(commit(*a, {put(Label{"l", "one"})}));
  ASSERT_EQ(load<Label>(*a, "l", Hold::yes).version, 1U);
  ASSERT_EQ(load<HeldWeight>(*a, "x", Hold::yes).version, 1U);  // held, too
  std::atomic<bool> is_committed = false;
  auto other = std::async(std::launch::async, [&] {
    const auto found = load<Label>(*b, "l", Hold::yes);
    EXPECT_TRUE(is_committed);
    return found.version;
  });
  EXPECT_EQ(other.wait_for(300ms), std::future_status::timeout);
  is_committed = true;
  ASSERT_TRUE(commit(*a, {put(Label{"l", "two"}, 1)}));
  EXPECT_EQ(other.get(), 2U);
  EXPECT_TRUE(commit(*b, {put(Label{"l", "three"}, 2)}));
  EXPECT_EQ(load<Label>(*a, "l").version, 3U);
}

TEST_F(PostgresStoreTest, ALoadThatHoldsNothingSetsFreeWhatWasHeld) {
  const auto a = open();
  const auto b = open();
  ASSERT_TRUE(commit(*a, {put(Label{"l", "one"})}));
  load<Label>(*a, "l", Hold::yes);
  load<Label>(*a, "l");
  EXPECT_TRUE(commit(*b, {put(Label{"l", "two"}, 1)}));
  load<Label>(*a, "l", Hold::yes);
  ASSERT_FALSE(commit(*a, {put(Label{"l", "old"}, 1)}));  // a refused commit does, too
  EXPECT_TRUE(commit(*b, {put(Label{"l", "three"}, 2)}));
}

TEST_F(PostgresStoreTest, TheNextBatchIsLoadedWhileOneIsWritten) {
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"l", "one"})}));
  slow_inserts_down("sample_label");
  const std::vector changes{put(Label{"m", "new"})};
  std::atomic<bool> is_done = false;
  store->begin_commit(changes, [&] { is_done = true; });
  EXPECT_TRUE(load<Label>(*store, "l").record);
  EXPECT_FALSE(is_done);
  ASSERT_TRUE(store->finish_commit([] {}));
  EXPECT_TRUE(load<Label>(*store, "m").record);
}

TEST_F(PostgresStoreTest, TextIsKeptAsItIs) {
  const auto store = open();
  const std::string hostile = R"('"\'); drop table sample_label; -- $1 {a,"b",NULL} é 😀)";
  ASSERT_TRUE(commit(*store, {put(Parcel{.id = "' or 1=1\\", .owner = hostile, .note = hostile})}));
  EXPECT_EQ(load<Parcel>(*store, "' or 1=1\\").record.as<Parcel>()->note, hostile);
  const auto page =
      value(store->find({.type = &type_of<Parcel>(), .column = "owner", .value = hostile}));
  EXPECT_EQ(page.records.size(), 1U);
}

TEST_F(PostgresStoreTest, TextThatPostgresCannotHoldIsRefusedAndTheRestGoesOn) {
  const auto store = open();
  for (const std::string& text : {std::string{"a\0b", 3}, std::string{"\xff\xfe"}}) {
    const auto refused = commit(*store, {put(Parcel{.id = "p", .owner = text})});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid) << refused.error().detail;
    const Key key = key_of<Label>(text);
    EXPECT_EQ(store->load({&key, 1}).error().kind, ErrorKind::invalid);
  }
  EXPECT_TRUE(commit(*store, {put(Parcel{.id = "p", .owner = "x"})}));
}

TEST_F(PostgresStoreTest, AThousandRowsAreOneCommit) {
  const auto store = open();
  std::vector<Change> changes;
  std::vector<Key> keys;
  for (int i = 0; i < 1000; ++i) {
    const auto id = std::to_string(10'000 + i);
    changes.push_back(put(Parcel{.id = id, .owner = "x", .note = std::string(2000, 'n')}));
    keys.push_back(key_of<Parcel>(id));
  }
  ASSERT_TRUE(store->commit(changes));
  for (const auto& found : value(store->load(keys))) EXPECT_EQ(found.version, 1U);
  for (auto& change : changes) change.expected = 1;
  changes[500].expected = 7;
  EXPECT_EQ(store->commit(changes).error().kind, ErrorKind::conflict);
  for (const auto& found : value(store->load(keys))) EXPECT_EQ(found.version, 1U);
}

}  // namespace
}  // namespace oms::sample
