// Orders that are paid at a provider elsewhere, over Stripe's API.
#include <gtest/gtest.h>

#include <cstdlib>

#include "process/served_provider.h"
#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

class PaidElsewhere : public ::testing::Test {
 protected:
  explicit PaidElsewhere(simulated::Settings faults = {}) : served_(std::move(faults)) {
    ::setenv("OMS_STRIPE_KEY", "sk_test_1", 1);
    ::setenv("OMS_STRIPE_WEBHOOK_SECRET", served_.secret().c_str(), 1);
    server_.emplace(ServerProcess::Flags{"--payments", "stripe", "--stripe-url", served_.url(),
                                         "--kitchen-time", "0", "--delivery-time", "0"});
    ::unsetenv("OMS_STRIPE_KEY");
    ::unsetenv("OMS_STRIPE_WEBHOOK_SECRET");
    (*served_).tell({server_->url() + "/webhook"});
  }
  std::string session_of(const std::string& order) {
    const auto link = link_path(await_status(*server_, "c1", order, "waiting_payment"));
    return link.substr(std::string_view{"/checkout/"}.size());
  }

  ServedProvider served_;
  std::optional<ServerProcess> server_;
};

TEST_F(PaidElsewhere, AnOrderGoesToItsEnd) {
  const auto order = place(*server_, "c1", "1", 2);
  EXPECT_EQ(served_.pay(session_of(order)), 200);
  EXPECT_EQ(field(await_status(*server_, "c1", order, "completed"), "status"), "completed");
}

TEST_F(PaidElsewhere, ACancelledOrdersLinkIsClosed) {
  const auto order = place(*server_, "c1", "1");
  const auto session = session_of(order);
  const auto cancelled = server_->send("POST", "/api/customers/c1/orders/" + order + "/cancel");
  EXPECT_LT(cancelled.status, 300);
  EXPECT_EQ(field(await_status(*server_, "c1", order, "cancelled"), "status"), "cancelled");
  EXPECT_EQ(served_.pay(session), 409);
}

class PaidUnreliably : public PaidElsewhere {
 protected:
  PaidUnreliably() : PaidElsewhere({.seed = 3, .duplicate_percent = 50, .time_out_percent = 40}) {}
};

TEST_F(PaidUnreliably, OrdersGoToTheirEndAllTheSame) {
  for (int n = 0; n < 5; ++n) {
    const auto order = place(*server_, "c1", "1");
    EXPECT_EQ(served_.pay(session_of(order)), 200);
    EXPECT_EQ(field(await_status(*server_, "c1", order, "completed"), "status"), "completed");
  }
}

}  // namespace
}  // namespace oms::testing
