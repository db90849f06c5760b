#pragma once

// Each kind of Store and Reader, for what all of them promise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "adapters/memory/memory_store.h"
#include "adapters/postgres/postgres_reader.h"
#include "adapters/postgres/postgres_store.h"
#include "adapters/postgres/testing/temporary_schema.h"
#include "adapters/sqlite/sqlite_reader.h"
#include "adapters/sqlite/sqlite_store.h"
#include "adapters/sqlite/testing/sample_records.h"
#include "adapters/sqlite/testing/temporary_folder.h"
#include "tests/support/newer_type.h"
#include "tools/simulate/store.h"

namespace oms::sample {

template <class T>
T value(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().detail);
  return std::move(*result);
}

template <class T>
Change put_newer(const T& value, std::uint64_t expected = 0) {
  return {.key = {&newer<T>(), ShortText{value.id}},
          .record = Record{newer<T>(), std::make_shared<const T>(value)},
          .expected = expected};
}

// The records' types as the next version declares them.
inline const std::vector<const RecordType*>& newer_types() {
  static const std::vector<const RecordType*> types{&newer<Parcel>(), &newer<Label>(),
                                                    &type_of<HeldWeight>()};
  return types;
}

class InMemory {
 public:
  Store& store() { return store_; }
  Reader& reader() { return store_; }
  void forget() {}  // it has nothing but what it holds
  Result<void> commit_as_newer(std::span<const Change> changes) { return store_.commit(changes); }

 private:
  MemoryStore store_;
};

// As the simulated processes have it. Nothing goes wrong here.
class InSimulation {
 public:
  InSimulation() { forget(); }
  Store& store() { return *store_; }
  Reader& reader() { return disk_; }
  void forget() {
    store_ = std::make_unique<simulate::SimulatedStore>(
        stage_, disk_, [](std::span<const Change>) {},
        [](Duration, simulate::Agenda::Action action) { action(); },
        simulate::SimulatedStore::Owners::many);
  }
  Result<void> commit_as_newer(std::span<const Change> changes) { return store_->commit(changes); }

 private:
  const simulate::Scenario scenario_;
  simulate::Stage stage_{scenario_, false};
  MemoryStore disk_;
  std::unique_ptr<simulate::SimulatedStore> store_;
};

template <std::size_t cache_bytes>
class InSqlite {
 public:
  InSqlite() { open(); }
  Store& store() { return *store_; }
  Reader& reader() { return *reader_; }
  void forget() {
    reader_.reset();
    store_.reset();
    open();
  }
  Result<void> commit_as_newer(std::span<const Change> changes) {
    reader_.reset();
    store_.reset();
    auto done = value(SqliteStore::open(options(), newer_types()))->commit(changes);
    open();
    return done;
  }

 private:
  SqliteOptions options() const {
    return {.path = folder_.file("oms.db"), .cache_bytes = cache_bytes};
  }
  void open() {
    store_ = value(SqliteStore::open(options(), sample::all_types()));
    reader_ = value(SqliteReader::open(options(), sample::all_types(), store_.get()));
  }
  TemporaryFolder folder_;
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<SqliteReader> reader_;
};

// In a schema of its own. The newer version is another process, at work at the same time.
class InPostgres {
 public:
  static std::string why_skipped() {
    return TemporarySchema::server().empty() ? TemporarySchema::absent : "";
  }
  InPostgres() {
    if (!why_skipped().empty()) return;
    schema_ = std::make_unique<TemporarySchema>();
    forget();
  }
  Store& store() { return *store_; }
  Reader& reader() { return *reader_; }
  void forget() {
    reader_.reset();
    store_.reset();
    store_ = value(PostgresStore::open(options(), sample::all_types()));
    reader_ = value(PostgresReader::open(options(), sample::all_types()));
  }
  Result<void> commit_as_newer(std::span<const Change> changes) {
    return value(PostgresStore::open(options(), newer_types()))->commit(changes);
  }

 private:
  PostgresOptions options() const { return {.url = schema_->url()}; }
  std::unique_ptr<TemporarySchema> schema_;
  std::unique_ptr<PostgresStore> store_;
  std::unique_ptr<PostgresReader> reader_;
};

template <class Kept>
class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    if constexpr (requires { Kept::why_skipped(); }) {
      if (const auto why = Kept::why_skipped(); !why.empty()) GTEST_SKIP() << why;
    }
  }
  Store& store() { return kept_.store(); }
  Reader& reader() { return kept_.reader(); }

  void commit(std::vector<Change> changes) {
    const auto done = store().commit(changes);
    ASSERT_TRUE(done.has_value()) << done.error().detail;
  }
  ErrorKind refused(std::vector<Change> changes) {
    const auto done = store().commit(changes);
    EXPECT_FALSE(done.has_value());
    return done ? ErrorKind::invalid : done.error().kind;
  }
  template <class T>
  Found load(std::string_view id) {
    const Key key = key_of<T>(id);
    return value(store().load({&key, 1})).at(0);
  }
  template <class T>
  Found get(std::string_view id) {
    return value(reader().get(key_of<T>(id)));
  }
  std::int64_t held(std::string_view owner) {
    return load<HeldWeight>(owner).record.template as<HeldWeight>()->weight;
  }

  Kept kept_;
};

using Kinds =
    testing::Types<InMemory, InSimulation, InSqlite<(1U << 20U)>, InSqlite<0>, InPostgres>;
struct KindNames {
  template <class Kept>
  static std::string GetName(int i) {
    return std::array{"Memory", "Simulation", "Sqlite", "SqliteWithoutCache", "Postgres"}.at(
        static_cast<std::size_t>(i));
  }
};
inline std::vector<std::string> ids(const std::vector<Key>& keys) {
  std::vector<std::string> out;
  for (const auto& key : keys) out.emplace_back(key.id.view());
  return out;
}
inline std::vector<std::string> ids(const Page& page) {
  std::vector<std::string> out;
  for (const auto& found : page.records) out.emplace_back(found.record.key().id.view());
  return out;
}

}  // namespace oms::sample
