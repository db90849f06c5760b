#include "process/outage_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/memory/memory_store.h"
#include "services/orders/records.h"

namespace oms::process {
namespace {

using testing::ElementsAre;

// A store whose commits fail as the test says.
class Failing final : public Store {
 public:
  using Store::load;
  Result<std::vector<Found>> load(std::span<const Key> keys, Hold hold) override {
    return inner_.load(keys, hold);
  }
  Result<void> commit(std::span<const Change>) override {
    if (error) return std::unexpected(*error);
    return {};
  }
  Result<std::vector<Key>> due(const RecordType& type, Time now, std::size_t limit) override {
    return inner_.due(type, now, limit);
  }
  Result<std::optional<Time>> next_due(const RecordType& type) override {
    return inner_.next_due(type);
  }
  Result<Page> find(const Query& query) override { return inner_.find(query); }

  std::optional<Error> error;

 private:
  MemoryStore inner_;
};

class WatchedStoreTest : public testing::Test {
 protected:
  void commit() {
    watched_.begin_commit({}, [] {});
    std::ignore = watched_.finish_commit([] {});
  }

  std::vector<std::string> told_;
  Failing store_;
  WatchedStore watched_{store_,
                        {"storing", [this](const std::string& text) { told_.push_back(text); }}};
};

TEST_F(WatchedStoreTest, TellsOfAnOutageOnceAndOfItsEnd) {
  commit();
  EXPECT_THAT(told_, ElementsAre());
  store_.error = Error{ErrorKind::unavailable, "database or disk is full"};
  for (int i = 0; i < 3; ++i) commit();
  const auto* const begin =
      "storing fails, and is tried again each second: database or disk is full";
  EXPECT_THAT(told_, ElementsAre(begin));
  store_.error.reset();
  commit();
  commit();
  EXPECT_THAT(told_, ElementsAre(begin, "storing works again, after 3 failed tries"));
}

TEST_F(WatchedStoreTest, TellsNothingOfConflicts) {
  store_.error = Error{ErrorKind::conflict, "another process won"};
  commit();
  EXPECT_THAT(told_, ElementsAre());
}

}  // namespace
}  // namespace oms::process
