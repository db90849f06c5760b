// How the tables follow the declarations, beside processes of other versions.
#include <atomic>
#include <thread>

#include "tests/ports/postgres_test.h"

namespace oms::sample {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PostgresMigrationsTest : public PostgresTest {
 protected:
  // Parcel before it had columns.
  static const std::vector<const RecordType*>& older_types() {
    static const RecordType parcel = [] {
      auto type = type_of<Parcel>();
      type.columns.clear();
      type.indexes.clear();
      return type;
    }();
    static const std::vector<const RecordType*> types{&parcel, &type_of<Label>()};
    return types;
  }
  static Change put_as(const RecordType& type, const Parcel& parcel) {
    return {.key = {&type, ShortText{parcel.id}},
            .record = Record{type, std::make_shared<const Parcel>(parcel)}};
  }
  static std::vector<std::string> owned_by(Store& store, const std::string& owner) {
    return ids(value(store.find({.type = &type_of<Parcel>(), .column = "owner", .value = owner})));
  }
  // Fails unless the query answers 1.
  void expect(const std::string& sql) const {
    EXPECT_NO_THROW(schema_->run("select 1 / (" + sql + ")::int")) << sql;
  }
};

TEST_F(PostgresMigrationsTest, AColumnThatIsNewIsFilledFromTheRecords) {
  {
    const auto old = open(older_types());
    std::vector<Change> changes;
    for (int i = 0; i < 1100; ++i) {
      changes.push_back(
          put_as(*older_types()[0],
                 {.id = std::to_string(10'000 + i), .owner = i == 700 ? "x" : "y", .weight = 2}));
    }
    ASSERT_TRUE(commit(*old, std::move(changes)));
  }
  const auto store = open();
  EXPECT_THAT(owned_by(*store, "x"), ElementsAre("10700"));
  EXPECT_EQ(load<HeldWeight>(*store, "x").record.as<HeldWeight>()->weight, 2);
  EXPECT_EQ(load<Parcel>(*store, "10700").version, 1U);
}

TEST_F(PostgresMigrationsTest, WhatAnOlderProcessWritesMeanwhileIsFilledByALaterStart) {
  auto old = open(older_types());
  auto store = open();
  ASSERT_TRUE(commit(*old, {put_as(*older_types()[0], {.id = "p", .owner = "x"})}));
  old.reset();
  store = open();
  EXPECT_THAT(owned_by(*store, "x"), ElementsAre("p"));
}

TEST_F(PostgresMigrationsTest, AColumnOfAnotherTypeIsReplaced) {
  open();
  schema_->run("alter table sample_parcel drop column weight, add column weight text");
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Parcel{.id = "p", .owner = "x", .weight = 5})}));
  EXPECT_EQ(load<HeldWeight>(*store, "x").record.as<HeldWeight>()->weight, 5);
}

TEST_F(PostgresMigrationsTest, IndexesFollowTheDeclaration) {
  open();
  const std::string count =
      "select count(*) = (select count(*) from pg_indexes where schemaname = current_schema() and "
      "tablename = 'sample_parcel') from (values (1), (2), (3), (4), (5), (6)) v";
  expect(count);  // the id; due; owner, weight and state; the sum
  schema_->run(
      "create index sample_parcel_by_note_1 on sample_parcel (schema);"
      "do $$ declare name text; begin select indexname into name from pg_indexes where "
      "schemaname = current_schema() and indexname like 'sample_parcel_by_weight_%'; "
      "execute 'drop index ' || name; end $$");
  const auto store = open();
  expect(count);
  EXPECT_TRUE(store->find({.type = &type_of<Parcel>(), .column = "weight", .value = "1"}));
}

TEST_F(PostgresMigrationsTest, AnIndexStaysWhileAProcessOfAnotherVersionMayUseIt) {
  const auto store = open();
  open(older_types());
  expect(
      "select count(*) = 1 from pg_indexes where schemaname = current_schema() and indexname "
      "like 'sample_parcel_by_weight_%'");
}

TEST_F(PostgresMigrationsTest, ALayoutOfANewerVersionIsRefused) {
  open();
  schema_->run("update store_layout set number = 2");
  EXPECT_THAT(refusal(), HasSubstr("have layout 2, of a newer version of this program"));
}

TEST_F(PostgresMigrationsTest, AServerThatLosesWhatItConfirmsIsRefused) {
  options_.url += "%20-csynchronous_commit%3Doff";
  EXPECT_THAT(refusal(), HasSubstr("synchronous_commit is off"));
}

TEST_F(PostgresMigrationsTest, ASchemaThatIsNotThereIsRefused) {
  options_.url = TemporarySchema::server() + "?options=-csearch_path%3Dnowhere";
  EXPECT_THAT(refusal(), HasSubstr("no schema of the search_path exists"));
}

TEST_F(PostgresMigrationsTest, SeveralProcessesMayStartAtOnce) {
  std::vector<std::thread> processes;
  std::atomic<int> opened = 0;
  for (int i = 0; i < 4; ++i) {
    processes.emplace_back([&] { opened += PostgresStore::open(options_, all_types()) ? 1 : 0; });
  }
  for (auto& process : processes) process.join();
  EXPECT_EQ(opened, 4);
}

}  // namespace
}  // namespace oms::sample
