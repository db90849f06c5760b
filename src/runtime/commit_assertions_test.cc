#include "runtime/commit_assertions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/assert.h"
#include "runtime/records.h"

namespace oms::runtime {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

Change change_of(const char* id, std::uint64_t expected) {
  return {
      .key = key_of<Sequence>(id), .record = make_record(Sequence{.id = id}), .expected = expected};
}

TEST(CommitAssertions, NoRowComesTwice) {
  EXPECT_NO_THROW(assert_unique(std::vector{change_of("a", 1), change_of("b", 1)}));
  EXPECT_NO_THROW(assert_unique({}));
  EXPECT_THAT([] { assert_unique(std::vector{change_of("a", 1), change_of("a", 2)}); },
              ThrowsMessage<BrokenAssertion>(HasSubstr("runtime_sequence a comes twice")));
  EXPECT_THROW(assert_unique(std::vector{change_of("b", 1), change_of("a", 1)}), BrokenAssertion);
}

TEST(CommitAssertions, AVersionRisesByOneACommit) {
  const std::vector before{change_of("a", 0), change_of("c", 7)};
  EXPECT_NO_THROW(assert_versions_follow(before, std::vector{change_of("a", 1)}));
  EXPECT_NO_THROW(
      assert_versions_follow(before, std::vector{change_of("b", 5), change_of("c", 8)}));
  for (const std::uint64_t wrong : {6U, 7U, 9U}) {
    EXPECT_THAT(
        [&] {
          assert_versions_follow(before, std::vector{change_of("b", 5), change_of("c", wrong)});
        },
        ThrowsMessage<BrokenAssertion>(HasSubstr("the commit before left version 8")));
  }
}

TEST(CommitAssertions, WhatWasErasedBeginsAgain) {
  auto erased = change_of("a", 4);
  erased.record = {};
  EXPECT_NO_THROW(assert_versions_follow(std::vector{erased}, std::vector{change_of("a", 0)}));
  EXPECT_THROW(assert_versions_follow(std::vector{erased}, std::vector{change_of("a", 5)}),
               BrokenAssertion);
}

}  // namespace
}  // namespace oms::runtime
