// Each kind of event, as it is published: tests/golden/events, which OMS_WRITE_GOLDEN=1 writes
// again. api/asyncapi.yaml describes them.
#include "messages/cloud_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "codec/json_names.h"
#include "messages/trace.h"

namespace oms {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Time at{1'767'225'600'000};
const Id order_id = Id::parse("6955b900010203040500000a").value();

OrderView order(OrderStatus status) {
  OrderView view{.id = order_id,
                 .customer_id = "c1",
                 .day_number = "2026-01-01/000017",
                 .version = 4,
                 .status = status,
                 .lines = {{.product_id = "1",
                            .product_name = "Margherita",
                            .quantity = 2,
                            .unit_price = 450}},
                 .total = 900,
                 .currency = "usd",
                 .payment = PaymentStatus::captured,
                 .payment_link = "https://pay.example/cs_1",
                 .promised_at = at + std::chrono::minutes{20},
                 .created_at = at,
                 .updated_at = at};
  if (status == OrderStatus::cancelled) view.reason = Reason::customer_request;
  return view;
}

OrderStatus status_after(EventType type) {
  const std::string_view name = json::name_of(type);
  for (const auto& status : json::enumerators<OrderStatus>) {
    if (name.ends_with(status.name)) return status.value;
  }
  return type == EventType::order_created ? OrderStatus::pending : OrderStatus::waiting_payment;
}

EventData data_of(EventType type) {
  const auto name = public_name(type);
  if (name.starts_with("order.")) return order(status_after(type));
  if (name == "inventory.updated") {
    return ReservationEvent{.state = stock::ReservationState::held,
                            .lines = {{.product_id = "1", .quantity = 2}}};
  }
  if (name.starts_with("inventory.")) return StockLevel{3, 10, 7, 5};
  if (name.starts_with("kitchen.")) return PromiseMissed{17};
  PaymentEvent payment{.status = PaymentStatus::captured,
                       .captured = 900,
                       .amount = 900,
                       .currency = "usd",
                       .provider_id = "pi_1"};
  if (type == EventType::payment_disputed) payment.dispute = DisputeStatus::open;
  if (type == EventType::payment_failed) payment.failure = Reason::payment_expired;
  return payment;
}

ServiceName source_of(EventType type) {
  const auto name = public_name(type);
  if (name.starts_with("order.")) return ServiceName::orders;
  if (name.starts_with("payment.")) return ServiceName::payments;
  return name.starts_with("kitchen.") ? ServiceName::kitchen : ServiceName::stock;
}

PublicEvent event_of(EventType type) {
  auto data = data_of(type);
  const bool is_level = std::holds_alternative<StockLevel>(data);
  return {.type = type,
          .source = source_of(type),
          .subject = is_level ? "1" : order_id.text(),
          .number = type == EventType::payment_unknown ? 0 : 4001,
          .time = at,
          .trace = child_trace(order_trace(order_id), order_id),
          .data = std::move(data)};
}

class EachEvent : public ::testing::TestWithParam<EventType> {};

TEST_P(EachEvent, IsPublishedAsItsGoldenFileSays) {
  const auto text = to_cloud_event(event_of(GetParam()), Id{{7}}) + "\n";
  const std::filesystem::path folder{OMS_SOURCE_DIR "/tests/golden/events"};
  const auto path = folder / (public_name(GetParam()) + ".json");
  if (std::getenv("OMS_WRITE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(folder);
    std::ofstream{path} << text;
  }
  std::ifstream in{path};
  ASSERT_TRUE(in) << path;
  EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>{in}, {}));
}

TEST_P(EachEvent, TellsWhereItGoesWithoutBeingReadWhole) {
  const auto event = event_of(GetParam());
  const auto head = read_cloud_event_head(to_cloud_event(event, Id{{7}}));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->type, public_name(GetParam()));
  EXPECT_EQ(head->subject, event.subject);
  const bool is_numbered = event.number != 0;
  EXPECT_EQ(head->id, is_numbered ? event.subject + "/4001" : Id{{7}}.text());
}

TEST_P(EachEvent, IsDescribedForThoseOutside) {
  std::ifstream in{OMS_SOURCE_DIR "/api/asyncapi.yaml"};
  const std::string described{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_THAT(described, HasSubstr("\n      name: " + public_name(GetParam()) + "\n"));
}

std::vector<EventType> all_types() {
  std::vector<EventType> types;
  for (const auto& type : json::enumerators<EventType>) types.push_back(type.value);
  return types;
}
INSTANTIATE_TEST_SUITE_P(Types, EachEvent, ::testing::ValuesIn(all_types()),
                         [](const auto& type) { return std::string{json::name_of(type.param)}; });

TEST(CloudEvents, BelongToTheStreamOfTheirSource) {
  EXPECT_EQ(stream_of({.source = "/oms/orders"}), "orders");
  EXPECT_EQ(stream_of({.source = "/oms/payments"}), "payments");
  EXPECT_EQ(stream_of({.source = "/oms/stock"}), "inventory");
  EXPECT_EQ(stream_of({.source = "/oms/kitchen"}), "kitchen");
}

TEST(CloudEvents, NeverSayWhoOrWhereACustomerIs) {
  auto event = event_of(EventType::order_paid);
  auto& order = std::get<OrderView>(event.data);
  order.customer = {.name = "Ada", .email = "ada@b.example", .phone_number = "+49123"};
  order.address.lines = {"Some Street 1"};
  order.note = "ring twice";
  order.lines[0].note = "no onions";
  const auto text = to_cloud_event(event, Id{});
  for (const auto* secret : {"Ada", "ada@", "+49123", "Street", "twice", "onions"}) {
    EXPECT_THAT(text, Not(HasSubstr(secret)));
  }
}

TEST(CloudEvents, WhatIsNoneOfThemIsRefused) {
  EXPECT_FALSE(read_cloud_event_head("[1"));
  EXPECT_FALSE(read_cloud_event_head("7"));
}

}  // namespace
}  // namespace oms
