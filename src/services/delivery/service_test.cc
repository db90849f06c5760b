// What becomes of deliveries when they go by themselves again: the rest is told by tests/journeys/.
#include "services/delivery/service.h"

#include <gtest/gtest.h>

#include "tests/support/kept_records.h"

namespace oms::delivery {
namespace {

using Action = HandleDelivery::Action;

const Id order{Id::Bytes{0x65, 1}};

class LeftByHand : public ::testing::TestWithParam<bool> {
 protected:
  void hear(Payload payload) {
    const DeliveryService service{settings};
    records.decide(service, {.id = order, .order_id = order, .payload = std::move(payload)}, now);
  }
  const Delivery& delivery() const { return *records.get<Delivery>(order); }

  DeliverySettings settings{.by_hand = true};
  testing::KeptRecords records;
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
