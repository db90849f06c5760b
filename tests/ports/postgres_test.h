#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/ports/store_kinds.h"

namespace oms::sample {

// Stores in one schema, as those of several processes.
class PostgresTest : public testing::Test {
 protected:
  using Opened = std::unique_ptr<PostgresStore>;

  void SetUp() override {
    if (const auto why = InPostgres::why_skipped(); !why.empty()) GTEST_SKIP() << why;
    schema_ = std::make_unique<TemporarySchema>();
    options_.url = schema_->url();
  }
  Opened open(const std::vector<const RecordType*>& types = all_types()) const {
    return value(PostgresStore::open(options_, types));
  }
  static Result<void> commit(Store& store, std::vector<Change> changes) {
    return store.commit(changes);
  }
  template <class T>
  static Found load(Store& store, std::string_view id, Hold hold = Hold::no) {
    const Key key = key_of<T>(id);
    return value(store.load({&key, 1}, hold)).at(0);
  }
  static Change change_of_sum(const Found& sum) {
    return {.key = sum.record.key(), .record = sum.record, .expected = sum.version};
  }
  std::string refusal() const {
    const auto store = PostgresStore::open(options_, all_types());
    return store ? "(none)" : store.error().detail;
  }

  std::unique_ptr<TemporarySchema> schema_;
  PostgresOptions options_;
};

}  // namespace oms::sample
