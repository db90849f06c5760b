// The records that are really kept: none of their statements may slow down with the table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/postgres/postgres_store.h"
#include "adapters/postgres/testing/query_plan.h"
#include "adapters/postgres/testing/temporary_schema.h"
#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/sqlite_store.h"
#include "adapters/sqlite/testing/query_plan.h"
#include "adapters/sqlite/testing/temporary_folder.h"
#include "process/service_set.h"

namespace oms {
namespace {

TEST(QueryPlansTest, NoStatementAboutAnyRecordScans) {
  const TemporaryFolder folder;
  const auto path = folder.file("oms.db");
  const process::Settings settings;
  const process::ServiceSet services{settings};
  {
    const auto store = SqliteStore::open({.path = path}, services.types());
    ASSERT_TRUE(store) << store.error().detail;
  }
  auto connection = sqlite::Connection::open(path, sqlite::Access::read_only);
  ASSERT_TRUE(connection);
  for (const auto* type : services.types()) {
    EXPECT_THAT(scans_of(*connection, *type), testing::IsEmpty()) << type->table;
  }
}

TEST(QueryPlansTest, NoStatementAboutAnyRecordScansInPostgres) {
  if (TemporarySchema::server().empty()) GTEST_SKIP() << TemporarySchema::absent;
  const TemporarySchema schema;
  const process::Settings settings;
  const process::ServiceSet services{settings};
  const auto store = PostgresStore::open({.url = schema.url()}, services.types());
  ASSERT_TRUE(store) << store.error().detail;
  const auto layout = postgres::Layout::make(services.types());
  ASSERT_TRUE(layout);
  postgres::Connection connection{*postgres::Target::parse(schema.url()), std::chrono::seconds{10}};
  ASSERT_TRUE(connection.open());
  for (const auto* type : services.types()) {
    EXPECT_THAT(postgres::scans_of(connection, *layout, *type), testing::IsEmpty()) << type->table;
  }
}

}  // namespace
}  // namespace oms
