// Who a customer was is erased from orders that are over, here and elsewhere, and the books stay.
#include "services/orders/erase.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/orders/service.h"
#include "tests/support/kept_records.h"

namespace oms::orders {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Id order_id{Id::Bytes{0x65, 1}};
const Time start{1'700'000'000'000};

const Order ended{.id = order_id,
                  .customer_id = "c1",
                  .saga = "food",
                  .version = 9,
                  .status = OrderStatus::completed,
                  .lines = {{.product_id = "1",
                             .product_name = "Cheese",
                             .quantity = 2,
                             .unit_price = 450,
                             .note = "for Ada"}},
                  .total = 900,
                  .currency = "usd",
                  .customer = {.name = "Ada", .email = "ada@example.org", .phone_number = "+491"},
                  .updated_at = start,
                  .address = {.lines = {"Ring 1"}, .city = "Ulm"},
                  .note = "call Ada"};

class Erasing : public ::testing::Test {
 protected:
  Decision hear(Payload payload) {
    return records.decide(
        service, {.id = order_id, .order_id = order_id, .payload = std::move(payload)}, now);
  }
  static std::vector<ServiceName> asked(const Decision& decision) {
    std::vector<ServiceName> services;
    for (const auto& sent : decision.send) {
      services.push_back(std::get<ErasePersonalData>(sent).to);
    }
    return services;
  }

  OrdersService service{OrdersSettings{}};
  testing::KeptRecords records;
  Time now = start + Duration{1'000};
};

TEST_F(Erasing, AnOrderThatIsOverForgetsWhoItWasForAndTellsTheOthers) {
  records.keep(make_record(ended));
  const auto decision = hear(ErasePersonalData{});
  EXPECT_THAT(asked(decision),
              ElementsAre(ServiceName::kitchen, ServiceName::delivery, ServiceName::notifications));
  EXPECT_THAT(decision.forget, ElementsAre(order_id.text()));
  const auto& order = *records.get<Order>(order_id);
  EXPECT_EQ(order.customer.name + order.customer.email + order.customer.phone_number, "");
  EXPECT_TRUE(order.address.is_empty());
  EXPECT_EQ(order.note + order.lines.at(0).note, "");
  EXPECT_EQ(order.customer_id, "c1");
  EXPECT_EQ(order.total, 900);
  EXPECT_EQ(order.lines.at(0).product_name, "Cheese");
  EXPECT_EQ(order.version, 10);
  EXPECT_FALSE(order.erasure.value().is_over());
}

TEST_F(Erasing, IsOverWhenAllOthersHaveSaidSo) {
  records.keep(make_record(ended));
  hear(ErasePersonalData{});
  for (const auto by : {ServiceName::delivery, ServiceName::kitchen, ServiceName::kitchen}) {
    hear(PersonalDataErased{.by = by});
    EXPECT_FALSE(records.get<Order>(order_id)->erasure->is_over());
  }
  hear(PersonalDataErased{.by = ServiceName::notifications});
  EXPECT_TRUE(records.get<Order>(order_id)->erasure->is_over());
  const auto again = hear(ErasePersonalData{});
  EXPECT_THAT(again.save, IsEmpty());
  EXPECT_THAT(again.send, IsEmpty());
}

TEST_F(Erasing, ALiveOrderStaysAsItIs) {
  auto live = ended;
  live.status = OrderStatus::ready;
  auto refunding = ended;
  refunding.requested_refunds = {{.change = 1}};
  auto revised = ended;
  revised.revision = Revision{.change = 1};
  for (const auto& order : {live, refunding, revised}) {
    records.keep(make_record(order));
    EXPECT_THAT(hear(ErasePersonalData{}).save, IsEmpty());
  }
}

TEST_F(Erasing, AnArchivedOrderIsErasedInItsFileAndElsewhere) {
  records.keep(make_record(ArchivedOrder{.id = order_id, .customer_id = "c1"}));
  const auto decision = hear(ErasePersonalData{});
  EXPECT_THAT(asked(decision), SizeIs(3));
  EXPECT_THAT(decision.forget, ElementsAre(order_id.text()));
  for (const auto by : {ServiceName::kitchen, ServiceName::delivery, ServiceName::notifications}) {
    hear(PersonalDataErased{.by = by});
  }
  EXPECT_TRUE(records.get<ArchivedOrder>(order_id)->erasure.value().is_over());
}

TEST_F(Erasing, OfACustomerIsOpenUntilNothingIsLeft) {
  const auto begun = hear(EraseCustomer{.customer_id = "c1"});
  EXPECT_EQ(begun.reply.value().show, key_of<ErasedCustomer>("c1"));
  EXPECT_THAT(begun.forget, ElementsAre("c1"));
  EXPECT_EQ(std::get<EraseAccountHolder>(begun.send.at(0)).customer_id, "c1");
  EXPECT_FALSE(records.get<ErasedCustomer>("c1")->erased_at);
  const auto first = now;
  now = now + Duration{5'000};
  hear(EraseCustomer{.customer_id = "c1"});
  hear(CustomerErased{.customer_id = "c1", .until = first});
  EXPECT_FALSE(records.get<ErasedCustomer>("c1")->erased_at) << "it was asked for once more";
  hear(CustomerErased{.customer_id = "c1", .until = now});
  EXPECT_EQ(records.get<ErasedCustomer>("c1")->erased_at, now);
}

}  // namespace
}  // namespace oms::orders
