#include "edge/request_meter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/routes.h"

namespace oms::edge {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Answered final : public Exchange {
 public:
  explicit Answered(std::vector<int>& statuses) : statuses_(statuses) {}
  void answer(HttpResponse response) override { statuses_.push_back(response.status); }
  void answer(Render render) override { statuses_.push_back(render().status); }
  void take_long() override {}
  std::shared_ptr<EventStream> start_stream() override { return nullptr; }

 private:
  std::vector<int>& statuses_;
};

class RequestMeterTest : public ::testing::Test {
 protected:
  std::unique_ptr<Exchange> asked(std::string_view method, std::string_view path) {
    return meter_.metered(std::make_unique<Answered>(statuses_), find_route(method, path).route);
  }
  std::string text() const { return prometheus_text(meter_.families()); }

  std::vector<int> statuses_;
  RequestMeter meter_;
};

TEST_F(RequestMeterTest, CountsAnswersByRouteAndClassOfStatus) {
  asked("POST", "/api/customers/zoe/orders")->answer(HttpResponse{.status = 201});
  asked("POST", "/api/customers/ann/orders")->answer([] { return HttpResponse{.status = 503}; });
  EXPECT_THAT(statuses_, ::testing::ElementsAre(201, 503));
  const std::string route = R"(method="POST",route="/api/customers/{customerID}/orders")";
  EXPECT_THAT(text(),
              AllOf(HasSubstr("oms_http_requests_total{" + route + ",code=\"2xx\"} 1\n"),
                    HasSubstr("oms_http_requests_total{" + route + ",code=\"5xx\"} 1\n"),
                    HasSubstr("oms_http_request_duration_seconds_count{" + route + "} 2\n")));
}

TEST_F(RequestMeterTest, NoCallerMakesALabel) {
  for (const auto* path : {"/nowhere", "/zoe@example.com", "/api/customers/zoe/secrets"}) {
    asked("BREW", path)->answer(HttpResponse{.status = 404});
  }
  EXPECT_THAT(text(), HasSubstr(R"({method="other",route="other",code="4xx"} 3)"));
  EXPECT_THAT(text(), Not(HasSubstr("zoe")));
  EXPECT_THAT(text(), Not(HasSubstr("BREW")));
}

TEST_F(RequestMeterTest, AStreamCountsWhenItBegins) {
  asked("GET", "/api/customers/zoe/orders/65a000000000000000000001/stream")->start_stream();
  EXPECT_THAT(text(), HasSubstr("code=\"2xx\"} 1"));
}

TEST_F(RequestMeterTest, WhatNobodyHasAskedForIsLeftOut) {
  EXPECT_THAT(text(), Not(HasSubstr("{")));
}

}  // namespace
}  // namespace oms::edge
