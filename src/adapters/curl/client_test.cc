#include "adapters/curl/client.h"

#include <gtest/gtest.h>

#include <future>

namespace oms::curl {
namespace {

TEST(Client, SaysThatNobodyAnswers) {
  Client client;
  std::promise<Result<HttpResponse>> told;
  client.send({.url = "http://127.0.0.1:1/"},
              [&](Result<HttpResponse> result) { told.set_value(std::move(result)); });
  const auto result = told.get_future().get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
}

TEST(Client, RunsThingsLaterInTheirOrder) {
  Client client;
  std::promise<void> done;
  std::string order;
  client.after(Duration{30}, [&] {
    order += "b";
    done.set_value();
  });
  client.after(Duration{5}, [&] { order += "a"; });
  done.get_future().wait();
  EXPECT_EQ(order, "ab");
}

TEST(Client, LeavesNoCallWithoutAnEnd) {
  std::promise<Result<HttpResponse>> told;
  auto result = told.get_future();
  {
    Client client{{.in_flight_max = 0}};
    client.send({.url = "http://127.0.0.1:1/"},
                [&](Result<HttpResponse> r) { told.set_value(std::move(r)); });
  }
  EXPECT_FALSE(result.get());
}

}  // namespace
}  // namespace oms::curl
