#include "tools/check/sums.h"

#include <gtest/gtest.h>

#include "tools/check/auditor_sample.h"

namespace oms::check {
namespace {

TEST(Auditor, SeesATotalThatOnlyAgreesWhereItOverflows) {
  Sample sample;
  sample.order.lines.assign(100, sample.order.lines.front());
  for (auto& line : sample.order.lines) {
    line.unit_price = 1'000'000'000'000;
    line.quantity = 1'000'000;
  }
  sample.order.total = 7'766'279'631'452'241'920;  // 10^20 in 64 bits
  Auditor auditor{{}};
  auditor.take(Story{.id = sample.order.id, .order = &sample.order});
  const auto& tally = auditor.findings().of(Rule::total_frozen);
  ASSERT_EQ(tally.broken, 1);
  EXPECT_EQ(tally.examples[0].what,
            "the lines come to 100000000000000000000, the total is 7766279631452241920 usd");
}

TEST(Auditor, AddsUpMoreMoneyThanOneAmountCanTell) {
  constexpr MinorUnits much = 9'000'000'000'000'000'000;
  Auditor auditor{{.has_ledger = true}};
  for (std::uint8_t n = 1; n <= 3; ++n) {
    Sample sample;
    const auto id = id_of(n);
    sample.order.id = sample.saga.id = sample.reservation.id = sample.payment.id =
        sample.ticket.id = sample.delivery.id = sample.session.order_id = id;
    sample.order.day_number.clear();
    sample.order.lines[0].unit_price = much / 2;
    sample.order.total = sample.saga.total = sample.payment.amount = sample.payment.captured =
        sample.session.amount = sample.session.captured = much;
    auditor.take(sample.story());
  }
  auditor.take(std::vector{stock::Item{.id = "1", .initial = 10, .committed = 6}});
  EXPECT_EQ(auditor.findings().broken(), 0);
  EXPECT_TRUE(auditor.money().by_currency().at("usd").captured == Wide{much} * 3);
  EXPECT_TRUE(auditor.money().by_currency().at("usd").provider == Wide{much} * 3);
}

}  // namespace
}  // namespace oms::check
