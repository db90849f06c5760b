// What the customer reads of each kind of order: what is true of it, and where it goes.
#include "services/notifications/wording.h"

#include <gtest/gtest.h>

#include "codec/json_names.h"

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

class WordingOf : public ::testing::TestWithParam<Row> {};

TEST_P(WordingOf, SaysWhatIsTrue) {
  auto announced = GetParam().announced;
  announced.summary = "2 × Cheese";
  announced.total = 900;
  announced.currency = "usd";
  const auto wording = Wordings::english()->of(announced, order_id);
  EXPECT_EQ(wording.subject, GetParam().subject);
  EXPECT_EQ(wording.text, GetParam().text);
}

using enum NoticeKind;

const Address ring{
    .lines = {"Ring 1", "2nd floor"}, .postal_code = "89073", .city = "Ulm", .country = "Germany"};

INSTANTIATE_TEST_SUITE_P(
    Orders, WordingOf,
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

TEST(WordingsInGerman, SayTheSame) {
  const auto german = Wordings::read("de");
  ASSERT_TRUE(german) << german.error().detail;
  const auto wording = german->of({.kind = paid,
                                   .order_number = 17,
                                   .summary = "2 × Käse",
                                   .total = 900,
                                   .currency = "eur",
                                   .address = ring},
                                  order_id);
  EXPECT_EQ(wording.subject, "Bestellung 17 ist bezahlt");
  EXPECT_EQ(wording.text,
            "Vielen Dank! Ihre Zahlung ist da, und Ihre Bestellung geht in die Küche: 2 × Käse, "
            "9,00 EUR. Sie geht an: Ring 1, 2nd floor, 89073 Ulm, Germany.");
}

// Whatever the order, each language says its number, total and items, and leaves no place unfilled.
TEST(WordingsInAllLanguages, TellWhatWasOrdered) {
  EXPECT_EQ(languages(), (std::vector<std::string_view>{"de", "en"}));
  for (const auto language : languages()) {
    const auto wordings = Wordings::read(language);
    ASSERT_TRUE(wordings) << wordings.error().detail;
    for (const auto& [kind, name] : json::enumerators<NoticeKind>) {
      for (const auto& [reason, why] : json::enumerators<Reason>) {
        for (int i = 0; i < 4; ++i) {
          const OrderAnnounced announced{
              .kind = kind,
              .order_number = 17,
              .customer = {.name = "Ann <b>"},
              .summary = "2 × Cheese & Ham",
              .total = 900,
              .currency = "jpy",
              .reason = reason,
              .fulfilment = i % 2 == 0 ? Fulfilment::delivery : Fulfilment::pickup,
              .address = ring,
              .note = "Ring!",
              .is_cooked = i < 2};
          const auto wording = wordings->of(announced, order_id, true);
          for (const auto& text : {wording.subject + wording.text, wording.html}) {
            EXPECT_NE(text.find("17"), std::string::npos) << text;
            EXPECT_NE(text.find("900 JPY"), std::string::npos) << text;
            EXPECT_EQ(text.find("{{"), std::string::npos) << text;
          }
          EXPECT_NE(wording.text.find("2 × Cheese & Ham"), std::string::npos) << wording.text;
          EXPECT_NE(wording.html.find("2 × Cheese &amp; Ham"), std::string::npos) << wording.html;
          EXPECT_EQ(wording.html.find("<b>"), std::string::npos) << "a name is no HTML";
          EXPECT_EQ(wording.text.find('\n'), std::string::npos) << "one paragraph: it is an SMS";
        }
      }
    }
  }
}

TEST(OwnWordings, StandForTheBuiltInOnes) {
  const auto own = Wordings::read("en", [](std::string_view path) -> std::optional<std::string> {
    if (path == "en/ready.txt") return "Subject: {{number}}\r\n\r\nCome, {{name}}!\n";
    return std::nullopt;
  });
  ASSERT_TRUE(own) << own.error().detail;
  const auto wording =
      own->of({.kind = ready, .order_number = 17, .customer = {.name = "Ann"}}, order_id);
  EXPECT_EQ(wording.subject, "17");
  EXPECT_EQ(wording.text, "Come, Ann!");
  EXPECT_EQ(wording.html, "");
  EXPECT_EQ(own->of({.kind = paid, .order_number = 17}, order_id).subject, "Order 17 is paid");
}

TEST(OwnWordings, AreRefusedWhereTheyWouldNotDo) {
  const auto error = [](std::string_view language, std::string text) {
    const auto read = Wordings::read(language, [&](std::string_view path) {
      return path.ends_with("/ready.txt") ? std::optional{text} : std::nullopt;
    });
    return read ? std::string{} : read.error().detail;
  };
  EXPECT_TRUE(error("en", "Subject: a\n\n{{nobody}}")
                  .starts_with("the template en/ready.txt, line 3: there is no {{nobody}}; there "
                               "are: number, name, summary, total,"));
  EXPECT_TRUE(error("en", "{{#pickup}}\nSubject: a\n{{/pickup}}\nText")
                  .starts_with("the template en/ready.txt must begin with a line"));
  EXPECT_EQ(error("fr", "Subject: a\n\nb"),
            "there is no template fr/paid.txt: write one into the folder of templates, or take a "
            "language that has them: de, en");
}

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
