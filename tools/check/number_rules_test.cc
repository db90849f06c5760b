#include <gtest/gtest.h>

#include "tools/check/auditor_sample.h"

namespace oms::check {
namespace {

TEST(Auditor, SeesANumberThatTwoOrdersOfADayHave) {
  Sample other;
  other.order.id = id_of(2);
  for (const auto* number : {"2023-11-14/000002", "2023-11-15/000001", ""}) {
    other.order.day_number = number;
    auto auditor = Sample{}.audit();
    auditor.take({.id = other.order.id, .order = &other.order});
    EXPECT_EQ(auditor.findings().of(Rule::number_unique).broken, 0) << number;
  }
  other.order.day_number = "2023-11-14/000001";
  auto auditor = Sample{}.audit();
  auditor.take({.id = other.order.id, .order = &other.order});
  EXPECT_EQ(auditor.findings().of(Rule::number_unique).broken, 1);
}

TEST(Auditor, SeesWhatIsNoNumber) {
  for (const auto* number : {"17", "2023-11-14/", "2023-11-14/17", "2023-11-14/-00001"}) {
    Sample sample;
    sample.order.day_number = number;
    EXPECT_EQ(sample.broken(), "number_unique") << number;
  }
}

}  // namespace
}  // namespace oms::check
