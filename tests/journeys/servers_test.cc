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
    return {.store = std::move(store), .reader = std::move(reader)};
  }

 private:
  TemporaryFolder folder_;
};

// A schema for each home, which is emptied before each story.
class OnPostgres {
 public:
  static std::string why_skipped() {
    return TemporarySchema::server().empty() ? TemporarySchema::absent : "";
  }
  static constexpr std::size_t replicas = 1;

  OnPostgres() {
    for (const auto& [name, home] : homes()) home.schema->run(home.empty);
  }
  static Ground::Kept open(ServiceName name, std::span<const RecordType* const> types) {
    auto& home = homes()[name];
    if (!home.schema) make(home, types);
    return home.kept;
  }

  static void end() { homes().clear(); }

 private:
  struct Home {
    std::unique_ptr<TemporarySchema> schema;
    Ground::Kept kept;
    std::string empty;  // the statements that do so
  };
  static std::map<ServiceName, Home>& homes() {
    static std::map<ServiceName, Home> homes;
    return homes;
  }
  static void make(Home& home, std::span<const RecordType* const> types) {
    home.schema = std::make_unique<TemporarySchema>();
    const PostgresOptions options{.url = home.schema->url(), .readers = 1};
    home.kept = {value(PostgresStore::open(options, types)),
                 value(PostgresReader::open(options, types))};
    for (const auto* type : types) {
      if (!type->derived) home.empty += "delete from " + std::string{type->table} + ";";
    }
  }
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
  bool is_idle() {
    for (const auto& [place, broker] : brokers_) broker->publish_again();
    return traffic_->is_idle();
  }
  // What the story's processes have consumed.
  void rest() {
    for (const auto& [place, broker] : brokers_) {
      for (const auto service : shop_services) broker->consume(service, {});
    }
    traffic_->forget();
  }
  void end() { brokers_.clear(); }

 private:
  Kind kind_;
  std::shared_ptr<Traffic> traffic_ = std::make_shared<Traffic>();
  std::map<std::pair<ServiceName, std::size_t>, std::unique_ptr<WatchedBroker>> brokers_;
};

// Worlds on one broker must not share ids, whatever their stores are.
std::uint16_t next_number() {
  static std::uint16_t count = 0;
  return ++count;
}

template <class Stores, class Kind>
class Servers final : public Ground {
 public:
  static std::string why_skipped() {
    if (!Kind::is_there()) return "it needs a server: `scripts/servers env`";
    return Stores::why_skipped();
  }
  ~Servers() override { Brokers<Kind>::all().rest(); }
  std::size_t replicas() const override { return Stores::replicas; }
  Kept open(ServiceName home, std::span<const RecordType* const> types) override {
    return stores_.open(home, types);
  }
  Broker& broker(ServiceName home, std::size_t replica) override {
    return Brokers<Kind>::all().of(home, replica);
  }
  std::uint16_t number() const override { return number_; }
  bool is_idle() override { return Brokers<Kind>::all().is_idle(); }

 private:
  const std::uint16_t number_ = next_number();
  Stores stores_;
};

// What stories share ends before what the program keeps for ever does.
class EndOfAll : public ::testing::Environment {
 public:
  void TearDown() override {
    Brokers<Rabbitmq>::all().end();
    Brokers<Kafka>::all().end();
    OnPostgres::end();
  }
};
[[maybe_unused]] const auto* const end_of_all =
    ::testing::AddGlobalTestEnvironment(new EndOfAll);  // NOLINT: the framework owns it

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
