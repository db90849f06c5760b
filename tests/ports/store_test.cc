// What every Store and Reader promises, whatever keeps the records.
#include "ports/store.h"

#include <atomic>
#include <thread>

#include "tests/ports/store_kinds.h"

namespace oms::sample {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TYPED_TEST_SUITE(StoreTest, Kinds, KindNames);

TYPED_TEST(StoreTest, WhatIsAbsentComesBackEmpty) {
  const auto found = this->template load<Parcel>("none");
  EXPECT_FALSE(found.record);
  EXPECT_EQ(found.version, 0U);
  EXPECT_FALSE(this->template get<Parcel>("none").record);
}

TYPED_TEST(StoreTest, ARecordComesBackAsItWasCommitted) {
  const Parcel parcel{.id = "p1",
                      .owner = "o'\"é",
                      .state = State::moving,
                      .weight = -7,
                      .note = "line\nbreak \\ \"quote\" 😀",
                      .due = Time{1234}};
  this->commit({put(parcel)});
  for (const auto& found : {this->template load<Parcel>("p1"), this->template get<Parcel>("p1")}) {
    const auto* read = found.record.template as<Parcel>();
    ASSERT_TRUE(read);
    EXPECT_EQ(found.version, 1U);
    EXPECT_EQ(read->owner, parcel.owner);
    EXPECT_EQ(read->state, parcel.state);
    EXPECT_EQ(read->weight, parcel.weight);
    EXPECT_EQ(read->note, parcel.note);
    EXPECT_EQ(read->due, parcel.due);
  }
}

TYPED_TEST(StoreTest, EachCommitRaisesTheVersionByOne) {
  this->commit({put(Label{"l", "one"})});
  this->commit({put(Label{"l", "two"}, 1)});
  this->commit({put(Label{"l", "three"}, 2)});
  const auto found = this->template load<Label>("l");
  EXPECT_EQ(found.version, 3U);
  EXPECT_EQ(found.record.template as<Label>()->text, "three");
  this->kept_.forget();
  EXPECT_EQ(this->template load<Label>("l").version, this->template get<Label>("l").version);
}

TYPED_TEST(StoreTest, LoadAnswersInTheOrderOfTheKeys) {
  this->commit({put(Label{"a", "A"}), put(Label{"c", "C"}), put(Parcel{.id = "b"})});
  const std::vector<Key> keys{key_of<Label>("a"), key_of<Label>("b"), key_of<Label>("c"),
                              key_of<Parcel>("b")};
  const auto found = value(this->store().load(keys));
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].record.template as<Label>()->text, "A");
  EXPECT_FALSE(found[1].record);
  EXPECT_EQ(found[2].record.template as<Label>()->text, "C");
  EXPECT_TRUE(found[3].record.template as<Parcel>());
}

TYPED_TEST(StoreTest, AConflictWritesNothing) {
  this->commit({put(Label{"b", "old"})});
  // Not there yet, there already, and of another version.
  EXPECT_EQ(this->refused({put(Label{"a", "new"}), put(Label{"b", "new"})}), ErrorKind::conflict);
  EXPECT_EQ(this->refused({put(Label{"a", "new"}), put(Label{"b", "new"}, 2)}),
            ErrorKind::conflict);
  EXPECT_EQ(this->refused({put(Label{"a", "new"}), put(Label{"c", "new"}, 1)}),
            ErrorKind::conflict);
  EXPECT_EQ(this->refused({put(Label{"a", "new"}), erase<Label>("b", 7)}), ErrorKind::conflict);
  EXPECT_EQ(this->refused({put(Label{"a", "new"}), erase<Label>("c", 1)}), ErrorKind::conflict);
  EXPECT_FALSE(this->template load<Label>("a").record);
  EXPECT_FALSE(this->template get<Label>("a").record);
  EXPECT_EQ(this->template load<Label>("b").record.template as<Label>()->text, "old");
  EXPECT_EQ(this->template load<Label>("b").version, 1U);
  this->commit({put(Label{"a", "new"}), put(Label{"b", "new"}, 1)});
  EXPECT_EQ(this->template load<Label>("b").record.template as<Label>()->text, "new");
}

TYPED_TEST(StoreTest, AConflictLeavesDueTimesAsTheyWere) {
  this->commit({put(Parcel{.id = "p", .due = Time{100}})});
  EXPECT_EQ(value(this->store().next_due(type_of<Parcel>())), Time{100});
  this->refused({put(Parcel{.id = "p", .due = Time{50}}, 1), put(Parcel{.id = "q"}, 9)});
  EXPECT_EQ(value(this->store().next_due(type_of<Parcel>())), Time{100});
}

TYPED_TEST(StoreTest, RowsMayComeInAnyOrderButOnlyOnce) {
  this->commit(
      {put(Parcel{.id = "z"}), put(Label{"b", ""}), put(Parcel{.id = "a"}), put(Label{"a", ""})});
  EXPECT_TRUE(this->template load<Parcel>("a").record);
  EXPECT_EQ(this->refused({put(Label{"c", ""}), put(Label{"b", ""}, 1), put(Label{"c", ""}, 1)}),
            ErrorKind::conflict);
  EXPECT_FALSE(this->template load<Label>("c").record);
}

TYPED_TEST(StoreTest, ErasedRecordsAreGoneAndMayComeAgain) {
  this->commit({put(Parcel{.id = "p", .owner = "o", .due = Time{5}})});
  this->commit({erase<Parcel>("p", 1)});
  EXPECT_FALSE(this->template load<Parcel>("p").record);
  EXPECT_EQ(this->template load<Parcel>("p").version, 0U);
  EXPECT_FALSE(this->template get<Parcel>("p").record);
  EXPECT_THAT(ids(value(this->store().due(type_of<Parcel>(), Time{10}, 10))), IsEmpty());
  EXPECT_EQ(value(this->store().next_due(type_of<Parcel>())), std::nullopt);
  this->commit({put(Parcel{.id = "p", .owner = "o"})});
  EXPECT_EQ(this->template load<Parcel>("p").version, 1U);
}

TYPED_TEST(StoreTest, ErasingWhatWasNeverThereIsNothing) {
  this->commit({erase<Label>("l", 0)});
  this->commit({});
  EXPECT_FALSE(this->template load<Label>("l").record);
}

TYPED_TEST(StoreTest, DueRecordsComeEarliestFirst) {
  this->commit({put(Parcel{.id = "late", .due = Time{300}}), put(Parcel{.id = "never"}),
                put(Parcel{.id = "b", .due = Time{200}}), put(Parcel{.id = "a", .due = Time{200}}),
                put(Parcel{.id = "early", .due = Time{100}})});
  auto due = [&](std::int64_t now, std::size_t limit) {
    return ids(value(this->store().due(type_of<Parcel>(), Time{now}, limit)));
  };
  EXPECT_THAT(due(99, 10), IsEmpty());
  EXPECT_THAT(due(100, 10), ElementsAre("early"));
  EXPECT_THAT(due(299, 10), ElementsAre("early", "a", "b"));
  EXPECT_THAT(due(299, 2), ElementsAre("early", "a"));
  EXPECT_THAT(due(1000, 10), ElementsAre("early", "a", "b", "late"));
  this->kept_.forget();
  EXPECT_THAT(due(299, 10), ElementsAre("early", "a", "b"));
}

TYPED_TEST(StoreTest, TheNextDueTimeFollowsEveryCommit) {
  auto next = [&] { return value(this->store().next_due(type_of<Parcel>())); };
  EXPECT_EQ(next(), std::nullopt);
  this->commit({put(Parcel{.id = "a", .due = Time{300}})});
  EXPECT_EQ(next(), Time{300});
  this->commit({put(Parcel{.id = "b", .due = Time{200}})});
  EXPECT_EQ(next(), Time{200});
  this->commit({put(Parcel{.id = "b", .due = Time{400}}, 1)});
  EXPECT_EQ(next(), Time{300});
  this->kept_.forget();
  this->commit({put(Parcel{.id = "a"}, 1)});
  EXPECT_EQ(next(), Time{400});
  this->commit({put(Parcel{.id = "b", .note = "again", .due = Time{400}}, 2)});
  EXPECT_EQ(next(), Time{400});
  this->commit({erase<Parcel>("b", 3)});
  EXPECT_EQ(next(), std::nullopt);
}

TYPED_TEST(StoreTest, TypesWithoutDueTimesAreNeverDue) {
  this->commit({put(Label{"l", ""})});
  EXPECT_EQ(value(this->store().next_due(type_of<Label>())), std::nullopt);
  EXPECT_THAT(value(this->store().due(type_of<Label>(), Time{1}, 10)), IsEmpty());
}

TYPED_TEST(StoreTest, FindPagesThroughAllRecordsOnce) {
  std::vector<Change> changes;
  for (int i = 0; i < 25; ++i) {
    changes.push_back(
        put(Parcel{.id = "p" + std::to_string(100 + i), .owner = i % 2 == 0 ? "even" : "odd"}));
  }
  this->commit(std::move(changes));
  for (const bool newest_first : {true, false}) {
    Query query{.type = &type_of<Parcel>(), .newest_first = newest_first, .limit = 10};
    std::vector<std::string> all;
    for (int page_number = 0; page_number < 3; ++page_number) {
      const auto page = value(this->reader().find(query));
      EXPECT_EQ(ids(page), ids(value(this->store().find(query))));
      EXPECT_EQ(page.records.size(), page_number < 2 ? 10U : 5U);
      EXPECT_EQ(page.more, page_number < 2);
      for (auto& id : ids(page)) all.push_back(id);
      query.after = all.back();
    }
    EXPECT_EQ(all.size(), 25U);
    EXPECT_TRUE(newest_first ? std::ranges::is_sorted(all, std::greater<>{})
                             : std::ranges::is_sorted(all));
    EXPECT_THAT(value(this->reader().find(query)).records, IsEmpty());
  }
}

TYPED_TEST(StoreTest, FindByAColumn) {
  this->commit({put(Parcel{.id = "1", .owner = "x", .weight = 5}),
                put(Parcel{.id = "2", .owner = "y", .weight = 5}),
                put(Parcel{.id = "3", .owner = "x", .state = State::moving, .weight = 6})});
  auto find = [&](std::string_view column, std::string_view wanted, std::string after = {}) {
    return ids(value(this->reader().find({.type = &type_of<Parcel>(),
                                          .column = column,
                                          .value = std::string{wanted},
                                          .after = std::move(after)})));
  };
  EXPECT_THAT(find("owner", "x"), ElementsAre("3", "1"));
  EXPECT_THAT(find("owner", "x", "3"), ElementsAre("1"));
  EXPECT_THAT(find("owner", "nobody"), IsEmpty());
  EXPECT_THAT(find("weight", "5"), ElementsAre("2", "1"));
  EXPECT_THAT(find("state", "held"), ElementsAre("2", "1"));
  this->commit({put(Parcel{.id = "1", .owner = "y", .state = State::moving, .weight = 5}, 1)});
  EXPECT_THAT(find("owner", "x"), ElementsAre("3"));
  EXPECT_THAT(find("owner", "y"), ElementsAre("2", "1"));
  EXPECT_THAT(find("state", "moving"), ElementsAre("3", "1"));
}

TYPED_TEST(StoreTest, FindRefusesWhatNoIndexAnswers) {
  const auto* parcel = &type_of<Parcel>();
  const auto kind = [&](Query query) { return this->reader().find(query).error().kind; };
  EXPECT_EQ(kind({.type = parcel, .column = "note", .value = ""}), ErrorKind::internal);
  EXPECT_EQ(kind({.type = parcel, .column = "weight", .value = "5x"}), ErrorKind::invalid);
  EXPECT_EQ(kind({.type = parcel, .after = std::string(64, 'x')}), ErrorKind::invalid);
  EXPECT_EQ(kind({.type = &type_of<HeldWeight>()}), ErrorKind::invalid);
}

TYPED_TEST(StoreTest, AListHasAtMostAThousandRecords) {
  std::vector<Change> changes;
  for (int i = 0; i < 1100; ++i) changes.push_back(put(Label{std::to_string(10000 + i), ""}));
  this->commit(std::move(changes));
  const auto page = value(this->reader().find({.type = &type_of<Label>(), .limit = 5000}));
  EXPECT_EQ(page.records.size(), 1000U);
  EXPECT_TRUE(page.more);
}

TYPED_TEST(StoreTest, SumsFollowTheRecordsUnderThem) {
  EXPECT_EQ(this->held("x"), 0);
  this->commit({put(Parcel{.id = "1", .owner = "x", .weight = 5}),
                put(Parcel{.id = "2", .owner = "x", .weight = 6}),
                put(Parcel{.id = "3", .owner = "x", .state = State::gone, .weight = 100}),
                put(Parcel{.id = "4", .owner = "y", .weight = 7})});
  EXPECT_EQ(this->held("x"), 11);
  EXPECT_EQ(this->held("y"), 7);
  this->commit({put(Parcel{.id = "1", .owner = "x", .state = State::moving, .weight = 5}, 1)});
  EXPECT_EQ(this->held("x"), 6);
  this->commit({erase<Parcel>("2", 1)});
  EXPECT_EQ(this->held("x"), 0);
}

TYPED_TEST(StoreTest, SumsAreNeverStored) {
  const Change change{.key = key_of<HeldWeight>("x"),
                      .record = make_record(HeldWeight{"x", 1000}),
                      .expected = this->template load<HeldWeight>("x").version};
  this->commit({change, put(Parcel{.id = "1", .owner = "x", .weight = 5})});
  EXPECT_EQ(this->held("x"), 5);
}

TYPED_TEST(StoreTest, ReadersOnOtherThreadsSeeWholeCommits) {
  this->commit({put(Label{"a", "0"}), put(Label{"b", "0"})});
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      std::uint64_t last = 0;
      while (!done) {
        // One list is one look at the store.
        const auto page = this->reader().find({.type = &type_of<Label>()});
        if (!page || page->records.size() != 2 ||
            page->records[0].version != page->records[1].version ||
            page->records[0].version < last) {
          ++torn;
          continue;
        }
        last = page->records[0].version;
      }
    });
  }
  for (std::uint64_t version = 1; version < 200; ++version) {
    this->commit({put(Label{"a", "x"}, version), put(Label{"b", "x"}, version)});
    EXPECT_EQ(this->template get<Label>("a").version, version + 1);
  }
  done = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(torn, 0);
}

}  // namespace
}  // namespace oms::sample
