#include "process/failure_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "edge/problem.h"

namespace oms::process {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view id_text = "65a0000000000000000000ff";

class FailureLogTest : public testing::Test {
 protected:
  HttpResponse note(ErrorKind kind, std::string cause, std::string_view path = "/api/menu",
                    std::string_view method = "GET") {
    auto answer = edge::problem(Error{kind, std::move(cause)});
    log_.note(answer, method, path);
    return answer;
  }

  Duration now_{0};
  std::vector<std::string> errors_;
  std::vector<std::string> warnings_;
  std::vector<std::string> subjects_;  // of the errors
  FailureLog log_{
      {.make_id = [] { return *Id::parse(id_text); },
       .elapsed = [this] { return now_; },
       .error =
           [this](const std::string& text, const LogSubject& subject) {
             errors_.push_back(text);
             subjects_.push_back(subject_text(subject));
           },
       .warn = [this](const std::string& text, const LogSubject&) { warnings_.push_back(text); }}};
};

TEST_F(FailureLogTest, AFaultOfOursIsLoggedUnderTheIdThatItsCallerIsShown) {
  const auto answer = note(ErrorKind::internal, "/data/oms.db: disk I/O error");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, R"({"type":"urn:oms:problem:internal","title":"Our fault","status":500,)"
                         R"("detail":"something went wrong on our side; it is in our log as )"
                         R"(65a0000000000000000000ff",)"
                         R"("instance":"urn:oms:failure:65a0000000000000000000ff"})");
  EXPECT_THAT(errors_, ElementsAre("failure 65a0000000000000000000ff: answered 500 (internal) to "
                                   "GET /api/menu: /data/oms.db: disk I/O error"));
}

TEST_F(FailureLogTest, EachFaultOfOursIsLogged) {
  for (int i = 0; i < 3; ++i) note(ErrorKind::internal, "x");
  EXPECT_EQ(errors_.size(), 3U);
}

TEST_F(FailureLogTest, NamesTheOrderButNotTheCustomer) {
  note(ErrorKind::internal, "x", "/api/customers/zoe@example.org/orders/65a000000000000000000001");
  note(ErrorKind::internal, "x", "/api/customers/zoe@example.org/orders/nonsense");
  note(ErrorKind::internal, "x", "/api/admin/orders/65a000000000000000000001/cancel", "POST");
  EXPECT_THAT(errors_,
              ElementsAre(HasSubstr("to GET /api/customers/{customerID}/orders/{orderID}, order "
                                    "65a000000000000000000001: x"),
                          HasSubstr("to GET /api/customers/{customerID}/orders/{orderID}: x"),
                          HasSubstr("/api/admin/orders/{orderID}/cancel, order 65a0000")));
}

TEST_F(FailureLogTest, NamesNoPaymentLink) {
  note(ErrorKind::internal, "x", "/checkout/cs_test_secret/pay", "POST");
  note(ErrorKind::internal, "x", "/checkout/cs_test_secret");
  EXPECT_THAT(errors_, ElementsAre(HasSubstr("POST /checkout/{session}/pay: x"),
                                   HasSubstr("GET /checkout/{session}: x")));
}

TEST_F(FailureLogTest, SaysTheFailureAndTheOrderAsFieldsToo) {
  note(ErrorKind::internal, "x", "/api/admin/orders/65a000000000000000000001/cancel", "POST");
  EXPECT_THAT(subjects_,
              ElementsAre("order_id=65a000000000000000000001 failure=" + std::string{id_text}));
}

TEST_F(FailureLogTest, UnavailabilityIsToldNowAndThenWithWhatWentUnmentioned) {
  const auto answer = note(ErrorKind::unavailable, "database or disk is full");
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, Not(HasSubstr("disk")));
  for (int i = 0; i < 7; ++i) note(ErrorKind::unavailable, "too much is waiting");
  now_ += std::chrono::seconds{10};
  note(ErrorKind::unavailable, "too much is waiting");
  now_ += std::chrono::seconds{10};
  note(ErrorKind::unavailable, "too much is waiting");
  const std::string full = "answered 503 (unavailable) to GET /api/menu: too much is waiting";
  EXPECT_THAT(warnings_,
              ElementsAre("answered 503 (unavailable) to GET /api/menu: database or disk "
                          "is full",
                          full + " (and 7 more since the last line)", full));
  EXPECT_THAT(errors_, ElementsAre());
}

}  // namespace
}  // namespace oms::process
