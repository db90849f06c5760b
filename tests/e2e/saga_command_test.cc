// How far orders are, from the command line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(SagaCommand, ShowsHowFarAnOrderIs) {
  const ServerProcess server;
  const auto order = place(server, "c1", "1", 2);
  await_status(server, "c1", order, "waiting_payment");
  const auto all = server.run({"saga", "list"});
  EXPECT_EQ(all.code, 0) << all.output;
  EXPECT_THAT(all.output, AllOf(HasSubstr(order), HasSubstr("doing")));
  const auto one = server.run({"saga", "show", order});
  EXPECT_EQ(one.code, 0) << one.output;
  EXPECT_THAT(one.output, AllOf(HasSubstr(order), HasSubstr("reserve_stock")));
  EXPECT_EQ(server.run({"saga", "show", "65f0c0de0123456789000001"}).code, 4);
  const auto aborted = server.run({"saga", "abort", order, "--reason", "the customer called"});
  EXPECT_EQ(aborted.code, 0) << aborted.output;
  await_status(server, "c1", order, "cancelled");
  EXPECT_THAT(server.run({"audit", "--subject", order}).output,
              AllOf(HasSubstr("HandleSaga abort"), HasSubstr("the customer called")));
}

TEST(OrderCommand, ShowsEachStatusThatAnOrderHasHad) {
  const ServerProcess server;
  const auto order = place(server, "c1", "1", 2);
  await_status(server, "c1", order, "waiting_payment");
  for (const bool is_operator : {true, false}) {
    std::vector<std::string> words{"order", "history", order};
    if (!is_operator) words.insert(words.end(), {"--customer", "c1"});
    const auto shown = server.run(words);
    EXPECT_EQ(shown.code, 0) << shown.output;
    EXPECT_THAT(shown.output, AllOf(HasSubstr("pending"), HasSubstr("waiting_payment")));
  }
}

}  // namespace
}  // namespace oms::testing
