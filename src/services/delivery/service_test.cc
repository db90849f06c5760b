// What becomes of deliveries when they go by themselves again: the rest is told by tests/journeys/.
#include "services/delivery/service.h"

#include <gtest/gtest.h>

namespace oms::delivery {
namespace {

using Action = HandleDelivery::Action;

const Id order{Id::Bytes{0x65, 1}};

class OneDelivery final : public Records {
 public:
  const Record* find(const Key&) const override { return record ? &record : nullptr; }
  const std::vector<Answer>& answers() const override { return answers_; }
  Record record;

 private:
  std::vector<Answer> answers_;
};

class LeftByHand : public ::testing::TestWithParam<bool> {
 protected:
  void hear(Payload payload) {
    const DeliveryService service{settings};
    auto decision = service.decide({.id = order, .order_id = order, .payload = std::move(payload)},
                                   records, now);
    if (!decision.save.empty()) records.record = decision.save.front();
  }
  const Delivery& delivery() const { return *records.record.as<Delivery>(); }

  DeliverySettings settings{.by_hand = true};
  OneDelivery records;
  Time now{1'700'000'000'000};
};

TEST_P(LeftByHand, ItGoesOnByItself) {
  hear(DeliverOrder{});
  if (GetParam()) hear(HandleDelivery{Action::dispatch});
  ASSERT_TRUE(delivery().due);
  now = *delivery().due;
  hear(WakeUp{});
  EXPECT_EQ(delivery().status, GetParam() ? DeliveryStatus::on_the_way : DeliveryStatus::assigned)
      << "nobody is hurried";
  settings.by_hand = false;
  while (delivery().due) {
    now = *delivery().due;
    hear(WakeUp{});
  }
  EXPECT_EQ(delivery().status, DeliveryStatus::delivered);
  EXPECT_EQ(delivery().attempt, 1);
}

INSTANTIATE_TEST_SUITE_P(AssignedOrOnTheWay, LeftByHand, ::testing::Bool());

}  // namespace
}  // namespace oms::delivery
