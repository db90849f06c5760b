// What the customer reads of each kind of order: what is true of it, and where it goes.
#include "services/notifications/wording.h"

#include <gtest/gtest.h>

namespace oms::notifications {
namespace {

const Id order_id{Id::Bytes{0x65, 1}};

struct Row {
  const char* what;
  OrderAnnounced announced;
  const char* subject;
  const char* text;
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.what;
}

class Wordings : public ::testing::TestWithParam<Row> {};

TEST_P(Wordings, SayWhatIsTrue) {
  auto announced = GetParam().announced;
  announced.summary = "2 × Cheese";
  announced.total = 900;
  announced.currency = "usd";
  const auto wording = wording_of(announced, order_id);
  EXPECT_EQ(wording.subject, GetParam().subject);
  EXPECT_EQ(wording.text, GetParam().text);
}

using enum NoticeKind;

const Address ring{
    .lines = {"Ring 1", "2nd floor"}, .postal_code = "89073", .city = "Ulm", .country = "Germany"};

INSTANTIATE_TEST_SUITE_P(
    Orders, Wordings,
    ::testing::Values(
        Row{"a meal is paid",
            {.kind = paid, .order_number = 17},
            "Order 17 is paid",
            "Thank you! We have your payment and your order goes to the kitchen: 2 × Cheese, 9.00 "
            "USD."},
        Row{"an order without a number",
            {.kind = paid, .is_cooked = false},
            "Order 650100000000000000000000 is paid",
            "Thank you! We have your payment: 2 × Cheese, 9.00 USD."},
        Row{"a meal with an address and a note is paid",
            {.kind = paid, .order_number = 17, .address = ring, .note = "Ring twice!"},
            "Order 17 is paid",
            "Thank you! We have your payment and your order goes to the kitchen: 2 × Cheese, 9.00 "
            "USD. It goes to: Ring 1, 2nd floor, 89073 Ulm, Germany. Your note: Ring twice!"},
        Row{"a meal that is fetched is paid",
            {.kind = paid, .order_number = 17, .fulfilment = Fulfilment::pickup},
            "Order 17 is paid",
            "Thank you! We have your payment and your order goes to the kitchen: 2 × Cheese, 9.00 "
            "USD. You collect it yourself."},
        Row{"goods are paid",
            {.kind = paid, .order_number = 17, .note = "A gift", .is_cooked = false},
            "Order 17 is paid",
            "Thank you! We have your payment: 2 × Cheese, 9.00 USD. Your note: A gift"},
        Row{"a meal can be fetched",
            {.kind = ready, .order_number = 17, .fulfilment = Fulfilment::pickup},
            "Order 17 is ready",
            "Your order is ready to be collected: 2 × Cheese, 9.00 USD."},
        Row{"a meal was delivered",
            {.kind = completed, .order_number = 17},
            "Order 17 was delivered",
            "Enjoy! Delivered: 2 × Cheese, 9.00 USD."},
        Row{"a meal was delivered to an address",
            {.kind = completed,
             .order_number = 17,
             .address = {.lines = {"Ring 1"}, .city = "Ulm"}},
            "Order 17 was delivered",
            "Enjoy! Delivered to Ring 1, Ulm: 2 × Cheese, 9.00 USD."},
        Row{"a meal was fetched",
            {.kind = completed,
             .order_number = 17,
             .fulfilment = Fulfilment::pickup,
             .address = ring},
            "Order 17 was collected",
            "Enjoy! Collected: 2 × Cheese, 9.00 USD."},
        Row{"goods are sold",
            {.kind = completed, .order_number = 17, .is_cooked = false},
            "Order 17 is confirmed",
            "Thank you! Your order is confirmed: 2 × Cheese, 9.00 USD."},
        Row{"an order is cancelled without a reason",
            {.kind = cancelled, .order_number = 17},
            "Order 17 was cancelled",
            "Your order was cancelled. Whatever you paid for it is returned: 2 × Cheese, 9.00 "
            "USD."},
        Row{"goods ran out after they were paid",
            {.kind = cancelled,
             .order_number = 17,
             .reason = Reason::out_of_stock,
             .is_cooked = false},
            "Order 17 was cancelled",
            "Your order was cancelled. An item ran out. Whatever you paid for it is returned: 2 × "
            "Cheese, 9.00 USD."},
        Row{"an account was short",
            {.kind = cancelled, .order_number = 17, .reason = Reason::insufficient_funds},
            "Order 17 was cancelled",
            "Your order was cancelled. There was not enough money for it. Whatever you paid for it "
            "is returned: 2 × Cheese, 9.00 USD."}));

TEST(MoneyText, IsRightToTheMinorUnit) {
  EXPECT_EQ(money_text(900, "usd"), "9.00 USD");
  EXPECT_EQ(money_text(900, "jpy"), "900 JPY");
  EXPECT_EQ(money_text(12'345, "kwd"), "12.345 KWD");
}

TEST(AddressText, LeavesOutWhatIsNotThere) {
  EXPECT_EQ(address_text({}), "");
  EXPECT_EQ(address_text({.postal_code = "89073"}), "89073");
  EXPECT_EQ(address_text({.city = "Ulm", .country = "Germany"}), "Ulm, Germany");
  EXPECT_EQ(address_text(ring), "Ring 1, 2nd floor, 89073 Ulm, Germany");
}

}  // namespace
}  // namespace oms::notifications
