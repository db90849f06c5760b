#include "adapters/postgres/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oms::postgres {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(PostgresTargetTest, AUrlNamesTheServerAndHowToSpeakToIt) {
  const auto target = Target::parse(
      "postgres://oms:p%40ss@db.example:6000/oms_stock?sslmode=verify-full&sslrootcert=/ca.crt");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->name(), "db.example:6000/oms_stock");
  const auto& parameters = target->parameters();
  EXPECT_EQ(parameters.at("user"), "oms");
  EXPECT_EQ(parameters.at("password"), "p@ss");
  EXPECT_EQ(parameters.at("sslmode"), "verify-full");
  EXPECT_EQ(parameters.at("sslrootcert"), "/ca.crt");
  EXPECT_EQ(parameters.at("connect_timeout"), "3");
  EXPECT_EQ(parameters.at("target_session_attrs"), "read-write");
}

TEST(PostgresTargetTest, WhatTheUrlSaysGoesBeforeTheDefaults) {
  const auto target =
      Target::parse("postgresql://db/oms?connect_timeout=9&options=-cstatement_timeout%3D1s");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->parameters().at("connect_timeout"), "9");
  const auto& options = target->parameters().at("options");
  EXPECT_LT(options.find("statement_timeout=5s"), options.find("statement_timeout=1s"));
}

TEST(PostgresTargetTest, WhatIsNoUrlIsRefusedWithoutBeingRepeated) {
  for (const auto* url : {"", "host=db password=secret", "mysql://oms:secret@db/oms",
                          "postgres://oms:secret%zz@db/oms", "postgres://db/oms?secret=1"}) {
    const auto target = Target::parse(url);
    ASSERT_FALSE(target) << url;
    EXPECT_EQ(target.error().kind, ErrorKind::invalid);
    EXPECT_THAT(target.error().detail, AllOf(HasSubstr("postgres://"), Not(HasSubstr("secret"))));
  }
}

}  // namespace
}  // namespace oms::postgres
