// The stores against each other: whatever is done to both, they answer the same.
#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "adapters/memory/memory_store.h"
#include "adapters/postgres/postgres_reader.h"
#include "adapters/postgres/postgres_store.h"
#include "adapters/postgres/testing/temporary_schema.h"
#include "adapters/sqlite/sqlite_reader.h"
#include "adapters/sqlite/sqlite_store.h"
#include "adapters/sqlite/testing/sample_records.h"
#include "adapters/sqlite/testing/temporary_folder.h"

namespace oms {
namespace {

using sample::HeldWeight;
using sample::Label;
using sample::Parcel;
using sample::State;

// The parameter is SQLite's cache; without one it is PostgreSQL.
class StoreModelTest : public testing::TestWithParam<std::optional<std::size_t>> {
 protected:
  void SetUp() override {
    if (!GetParam()) {
      if (TemporarySchema::server().empty()) GTEST_SKIP() << TemporarySchema::absent;
      schema_ = std::make_unique<TemporarySchema>();
    }
    open();
  }

  void open() {
    reader_.reset();
    store_.reset();
    if (!GetParam()) {
      const PostgresOptions options{.url = schema_->url()};
      store_ = std::move(*PostgresStore::open(options, sample::all_types()));
      reader_ = std::move(*PostgresReader::open(options, sample::all_types()));
      return;
    }
    const SqliteOptions options{.path = folder_.file("oms.db"),
                                .cache_bytes = *GetParam(),
                                .checkpoint_bytes = 100'000,
                                .gathered_rows = 4};
    auto store = std::move(*SqliteStore::open(options, sample::all_types()));
    reader_ = std::move(*SqliteReader::open(options, sample::all_types(), store.get()));
    store_ = std::move(store);
  }

  int random(int below) { return static_cast<int>(chance_() % static_cast<unsigned>(below)); }
  std::string some_id() { return std::to_string(10 + random(30)); }

  Parcel some_parcel(const std::string& id) {
    return {.id = id,
            .owner = std::string(1, static_cast<char>('a' + random(3))),
            .state = static_cast<State>(random(3)),
            .weight = random(4),
            .note = std::string(static_cast<std::size_t>(random(3000)), 'n'),
            .due = random(3) == 0 ? std::nullopt : std::optional{Time{random(50)}}};
  }

  // Mostly what a runtime does; sometimes with a version that is not the record's.
  std::vector<Change> some_changes() {
    std::vector<Change> changes;
    for (int i = random(6); i >= 0; --i) {
      const auto id = some_id();
      const Key key = random(3) == 0 ? key_of<Label>(id) : key_of<Parcel>(id);
      const auto found = model_.get(key);
      const auto expected = found->version + (random(30) == 0 ? 1U : 0U);
      Record record;
      if (random(5) != 0) {
        record = key.type == &type_of<Label>() ? make_record(Label{id, "label"})
                                               : make_record(some_parcel(id));
      }
      changes.push_back({key, std::move(record), expected});
    }
    return changes;
  }

  static std::string text(const Found& found) {
    if (!found.record) return "absent";
    std::string json;
    found.record.type().encode(found.record.value(), json);
    return std::to_string(found.version) + json;
  }
  static std::string text(const Page& page) {
    std::string all = page.more ? "more" : "all";
    for (const auto& found : page.records) all += text(found) + "\n";
    return all;
  }

  void compare() {
    for (const auto& key : {key_of<Label>(some_id()), key_of<Parcel>(some_id())}) {
      const auto expected = text(*model_.get(key));
      EXPECT_EQ(text(store_->load({&key, 1})->at(0)), expected);
      EXPECT_EQ(text(*reader_->get(key)), expected);
    }
    const auto& parcel = type_of<Parcel>();
    EXPECT_EQ(*store_->next_due(parcel), *model_.next_due(parcel));
    const Time now{random(60)};
    const auto limit = 1 + static_cast<std::size_t>(random(20));
    EXPECT_EQ(*store_->due(parcel, now, limit), *model_.due(parcel, now, limit));
    const Query query{.type = &parcel,
                      .column = random(2) == 0 ? "owner" : "",
                      .value = std::string(1, static_cast<char>('a' + random(3))),
                      .newest_first = random(2) == 0,
                      .after = random(2) == 0 ? some_id() : "",
                      .limit = limit};
    EXPECT_EQ(text(*store_->find(query)), text(*model_.find(query)));
    EXPECT_EQ(text(*reader_->find(query)), text(*model_.find(query)));
    const Key sum = key_of<HeldWeight>(query.value);
    const auto expected = model_.get(sum)->record.as<HeldWeight>()->weight;
    EXPECT_EQ(store_->load({&sum, 1})->at(0).record.as<HeldWeight>()->weight, expected);
  }

  TemporaryFolder folder_;
  std::unique_ptr<TemporarySchema> schema_;
  MemoryStore model_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Reader> reader_;
  std::mt19937 chance_{20260101};
};

TEST_P(StoreModelTest, EachAnswersAsTheModelDoes) {
  int conflicts = 0;
  for (int i = 0; i < 600 && !HasFailure(); ++i) {
    const auto changes = some_changes();
    const auto expected = model_.commit(changes);
    const auto done = store_->commit(changes);
    ASSERT_EQ(done.has_value(), expected.has_value()) << (done ? "" : done.error().detail);
    if (!expected) {
      EXPECT_EQ(done.error().kind, expected.error().kind);
      ++conflicts;
    }
    if (i % 97 == 0) open();
    compare();
  }
  EXPECT_GT(conflicts, 10);
}

// Without a cache, with one that keeps only some records, and with one that keeps all.
INSTANTIATE_TEST_SUITE_P(Caches, StoreModelTest, testing::Values(0, 20'000, 10'000'000));
INSTANTIATE_TEST_SUITE_P(Postgres, StoreModelTest, testing::Values(std::nullopt));

}  // namespace
}  // namespace oms
