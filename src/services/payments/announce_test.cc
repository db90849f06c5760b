// What each change of a payment announces: what was captured, refunded, disputed or has failed,
// each once, however the refunds are split and named later.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/payments/service.h"

namespace oms::payments {
namespace {

using enum RefundStatus;
using ::testing::ElementsAreArray;

constexpr auto provider = Initiator::provider;

Payment payment(PaymentStatus status, std::vector<Refund> refunds = {},
                std::vector<Dispute> disputes = {}) {
  const bool is_paid = status != PaymentStatus::requested && status != PaymentStatus::link_ready &&
                       status != PaymentStatus::expired && status != PaymentStatus::failed;
  return {.id = Id{Id::Bytes{0x65, 1}},
          .status = status,
          .amount = 450,
          .currency = "usd",
          .captured = is_paid ? 450 : 0,
          .refunded = sum_of(refunds, succeeded),
          .refunds = std::move(refunds),
          .disputes = std::move(disputes)};
}

Refund ours(std::int32_t number, MinorUnits amount, RefundStatus status) {
  return {.number = number, .amount = amount, .status = status};
}
Refund theirs(std::int32_t number, MinorUnits amount, RefundStatus status, const char* name = "") {
  return {.number = number,
          .amount = amount,
          .status = status,
          .initiated_by = provider,
          .provider_id = name};
}

// "payment.refunded 450 re_1"
std::vector<std::string> announced(const std::optional<Payment>& before, const Payment& after) {
  const PaymentsService service{PaymentSettings{}};
  const auto known = before ? make_record(*before) : Record{};
  std::vector<PublicEvent> events;
  service.announce(known ? &known : nullptr, make_record(after), events);
  std::vector<std::string> texts;
  for (const auto& event : events) {
    EXPECT_EQ(event.subject, after.id.text());
    const auto& data = std::get<PaymentEvent>(event.data);
    EXPECT_EQ(data.currency, after.currency);
    auto& text = texts.emplace_back(public_name(event.type) + " " + std::to_string(data.amount));
    if (!data.provider_id.empty()) text += " " + data.provider_id;
  }
  return texts;
}

struct Row {
  const char* what;
  std::optional<Payment> before;
  Payment after;
  std::vector<std::string> announced;
};

void check(const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    EXPECT_THAT(announced(row.before, row.after), ElementsAreArray(row.announced)) << row.what;
  }
}

TEST(PaymentEvents, OfTheLinkAndTheMoney) {
  using enum PaymentStatus;
  auto tombstone = payment(failed);
  tombstone.amount = 0;
  check({
      {"it is asked for", {}, payment(requested), {}},
      {"the link is there", payment(requested), payment(link_ready), {}},
      {"it is paid", payment(link_ready), payment(captured), {"payment.completed 450"}},
      {"nobody has paid", payment(link_ready), payment(expired), {"payment.failed 450"}},
      {"no card was good", payment(link_ready), payment(failed), {"payment.failed 450"}},
      {"it is closed already", payment(expired), payment(expired), {}},
      {"a bank's late yes", payment(failed), payment(captured), {"payment.completed 450"}},
      {"it was never asked for", {}, tombstone, {}},
  });
}

TEST(PaymentEvents, OfWhatIsHeld) {
  using enum PaymentStatus;
  const auto held = [](PaymentStatus status) {
    auto kept = payment(status);
    kept.begins_with = PaymentOperation::Kind::authorize;
    kept.captured = status == captured ? kept.amount : 0;
    return kept;
  };
  check({
      {"it is held", held(requested), held(authorized), {"payment.authorized 450"}},
      {"it is given back", held(authorized), held(voided), {"payment.voided 450"}},
      {"it is taken", held(authorized), held(captured), {"payment.completed 450"}},
      {"both at once", {}, held(captured), {"payment.authorized 450", "payment.completed 450"}},
      {"it has lapsed", held(authorized), held(failed), {"payment.failed 450"}},
      {"it could not be held", held(requested), held(failed), {"payment.failed 450"}},
  });
}

TEST(PaymentEvents, OfRefunds) {
  const auto with = [](std::vector<Refund> refunds) {
    return payment(PaymentStatus::captured, std::move(refunds));
  };
  check({
      {"ours is asked for", with({}), with({ours(1, 450, pending)}), {}},
      {"ours is done",
       with({ours(1, 450, pending)}),
       with({ours(1, 450, succeeded)}),
       {"payment.refunded 450"}},
      {"ours is refused for good",
       with({ours(1, 100, pending)}),
       with({ours(1, 100, failed)}),
       {"payment.refund_failed 100"}},
      {"ours does not fit any more",
       with({ours(1, 100, pending)}),
       with({ours(1, 100, canceled)}),
       {}},
      {"the provider has begun one",
       with({}),
       with({theirs(1, 100, pending, "re_1")}),
       {"payment.refunded_by_provider 100 re_1"}},
      {"and has done it",
       with({theirs(1, 100, pending, "re_1")}),
       with({theirs(1, 100, succeeded, "re_1")}),
       {"payment.refunded 100 re_1"}},
      {"the provider has canceled it",
       with({theirs(1, 100, pending, "re_1")}),
       with({theirs(1, 100, canceled, "re_1")}),
       {"payment.refund_failed 100 re_1"}},
      {"a total tells of one",
       with({}),
       with({theirs(1, 100, succeeded)}),
       {"payment.refunded_by_provider 100", "payment.refunded 100"}},
      {"which gets its name",
       with({theirs(1, 100, succeeded)}),
       with({theirs(1, 100, succeeded, "re_1")}),
       {}},
      {"or is two",
       with({theirs(1, 100, succeeded)}),
       with({theirs(1, 60, succeeded, "re_1"), theirs(2, 40, succeeded)}),
       {}},
      {"or is two, and one of them has failed",
       with({theirs(1, 100, succeeded)}),
       with({theirs(1, 60, failed, "re_1"), theirs(2, 40, succeeded)}),
       {"payment.refund_failed 60 re_1"}},
      {"what finds no room is added to the last",
       with({theirs(1, 100, succeeded)}),
       with({theirs(1, 130, succeeded)}),
       {"payment.refunded_by_provider 30", "payment.refunded 30"}},
      {"one that seemed to be ours is not",
       with({ours(1, 450, succeeded)}),
       with({theirs(1, 450, succeeded, "re_1")}),
       {"payment.refunded_by_provider 450 re_1"}},
      {"one has failed, and there is another",
       with({theirs(1, 100, succeeded, "re_1")}),
       with({theirs(1, 100, failed, "re_1"), theirs(2, 40, succeeded, "re_2")}),
       {"payment.refunded_by_provider 40 re_2", "payment.refunded 40 re_2",
        "payment.refund_failed 100 re_1"}},
  });
}

TEST(PaymentEvents, OfDisputes) {
  const auto with = [](DisputeStatus status) {
    return payment(PaymentStatus::captured, {},
                   {{.provider_id = "dp_1", .amount = 400, .status = status}});
  };
  using enum DisputeStatus;
  check({
      {"it begins", payment(PaymentStatus::captured), with(open), {"payment.disputed 400 dp_1"}},
      {"it goes on", with(open), with(open), {}},
      {"it ends", with(open), with(lost), {"payment.disputed 400 dp_1"}},
  });
}

}  // namespace
}  // namespace oms::payments
