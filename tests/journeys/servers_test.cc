// Every story, where each service is on real servers: what is seen is the same. Only the clock, the
// customers and the payment provider are played.
#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

#include "adapters/postgres/postgres_reader.h"
#include "adapters/postgres/postgres_store.h"
#include "adapters/postgres/testing/temporary_schema.h"
#include "adapters/sqlite/sqlite_reader.h"
#include "adapters/sqlite/sqlite_store.h"
#include "adapters/sqlite/testing/temporary_folder.h"
#include "codec/json_names.h"
#include "tests/journeys/journey.h"
#include "tests/journeys/stories.h"
#include "tests/ports/broker_kinds.h"
#include "tests/support/watched_broker.h"

namespace oms::testing {
namespace {

template <class T>
T value(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().detail);
  return *std::move(result);
}

// A file for each home, and one process: it has the file to itself.
class OnSqlite {
 public:
  static std::string why_skipped() { return ""; }
  static constexpr std::size_t replicas = 1;

  Ground::Kept open(ServiceName home, std::span<const RecordType* const> types) {
    const SqliteOptions options{.path = folder_.file(std::string{json::name_of(home)} + ".db")};
    auto store = value(SqliteStore::open(options, types));
    auto reader = value(SqliteReader::open(options, types, store.get()));
    return {std::move(store), std::move(reader)};
  }

 private:
  TemporaryFolder folder_;
};

// A schema for each home, and two processes that share it.
class OnPostgres {
 public:
  static std::string why_skipped() {
    return TemporarySchema::server().empty() ? TemporarySchema::absent : "";
  }
  static constexpr std::size_t replicas = 2;

  Ground::Kept open(ServiceName home, std::span<const RecordType* const> types) {
    auto& schema = schemas_[home];
    if (!schema) schema = std::make_unique<TemporarySchema>();
    const PostgresOptions options{.url = schema->url(), .readers = 1};
    auto store = value(PostgresStore::open(options, types));
    return {std::move(store), value(PostgresReader::open(options, types))};
  }

 private:
  std::map<ServiceName, std::unique_ptr<TemporarySchema>> schemas_;
};

// Connections are kept from story to story; what one leaves is nobody's in the next.
template <class Kind>
class Brokers {
 public:
  static Brokers& all() {
    static Brokers brokers;
    return brokers;
  }
  Broker& of(ServiceName home, std::size_t replica) {
    auto& broker = brokers_[{home, replica}];
    if (!broker) broker = std::make_unique<WatchedBroker>(kind_.open(), traffic_);
    return *broker;
  }
  bool is_idle() const { return traffic_->is_idle(); }

 private:
  Kind kind_;
  std::shared_ptr<Traffic> traffic_ = std::make_shared<Traffic>();
  std::map<std::pair<ServiceName, std::size_t>, std::unique_ptr<Broker>> brokers_;
};

template <class Stores, class Kind>
class Servers final : public Ground {
 public:
  static std::string why_skipped() {
    if (!Kind::is_there()) return "it needs a server: `scripts/servers env`";
    return Stores::why_skipped();
  }
  std::size_t replicas() const override { return Stores::replicas; }
  Kept open(ServiceName home, std::span<const RecordType* const> types) override {
    return stores_.open(home, types);
  }
  Broker& broker(ServiceName home, std::size_t replica) override {
    return Brokers<Kind>::all().of(home, replica);
  }
  bool is_idle() const override { return Brokers<Kind>::all().is_idle(); }

 private:
  Stores stores_;
};

template <class Wiring>
void play_on_servers(const std::string& story) {
  if (const auto why = Wiring::why_skipped(); !why.empty()) GTEST_SKIP() << why;
  Wiring ground;
  EXPECT_EQ(play(story, ground), story);
}

class JourneyOnServers : public ::testing::TestWithParam<std::string> {};

TEST_P(JourneyOnServers, GoesTheSameOnSqliteAndRabbitmq) {
  play_on_servers<Servers<OnSqlite, Rabbitmq>>(story_named(GetParam()));
}

TEST_P(JourneyOnServers, GoesTheSameOnPostgresAndRabbitmq) {
  play_on_servers<Servers<OnPostgres, Rabbitmq>>(story_named(GetParam()));
}

TEST_P(JourneyOnServers, GoesTheSameOnPostgresAndKafka) {
  play_on_servers<Servers<OnPostgres, Kafka>>(story_named(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Stories, JourneyOnServers, ::testing::ValuesIn(story_names()),
                         [](const auto& story) { return test_name_of(story.param); });

}  // namespace
}  // namespace oms::testing
