#include "adapters/postgres/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oms::postgres {
namespace {

ErrorKind kind(std::string_view sqlstate) {
  return error_of(sqlstate, "").kind;
}

TEST(PostgresErrorsTest, WhatOthersHaveWrittenMeanwhileIsAConflict) {
  for (const auto* sqlstate : {"22012", "23505", "40001", "40P01", "55P03"}) {
    EXPECT_EQ(kind(sqlstate), ErrorKind::conflict) << sqlstate;
  }
}

TEST(PostgresErrorsTest, WhatHealsIsUnavailable) {
  // Connection gone, disk full, out of memory, too many connections, shut down, starting up,
  // statement timeout, read-only, idle for too long in a transaction.
  for (const auto* sqlstate :
       {"08006", "53100", "53200", "53300", "57P01", "57P03", "57014", "25006", "25P03"}) {
    EXPECT_EQ(kind(sqlstate), ErrorKind::unavailable) << sqlstate;
  }
}

TEST(PostgresErrorsTest, ValuesThatCannotBeHeldAreInvalid) {
  EXPECT_EQ(kind("22021"), ErrorKind::invalid);
  EXPECT_EQ(kind("54000"), ErrorKind::invalid);
}

TEST(PostgresErrorsTest, AnythingElseIsAFault) {
  EXPECT_EQ(kind("42P01"), ErrorKind::internal);
  EXPECT_EQ(kind("XX001"), ErrorKind::internal);
}

TEST(PostgresErrorsTest, ItTellsWhatWasSaidAndWhatToDo) {
  const auto error = error_of("53300", "sorry, too many clients already");
  EXPECT_THAT(error.detail, testing::HasSubstr("sorry, too many clients already (SQLSTATE 53300)"));
  EXPECT_THAT(error.detail, testing::HasSubstr("raise max_connections"));
}

}  // namespace
}  // namespace oms::postgres
