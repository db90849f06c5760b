// What is erased of messages, wherever in them it is, and what stays.
#include "messages/personal_data.h"

#include <gtest/gtest.h>

#include "codec/json_write.h"
#include "messages/message.h"

namespace oms {
namespace {

template <class T>
std::string text_of(const T& value) {
  std::string text;
  write_json_compact(value, text);
  return text;
}

const Contact ada{.name = "Ada", .email = "ada@example.org", .phone_number = "+491"};
const Address ring{.lines = {"Ring 1"}, .postal_code = "89073", .city = "Ulm"};

TEST(PersonalData, IsErasedAndTheGoodsAndTheMoneyStay) {
  PlaceOrder place{.customer_id = "c1",
                   .saga = "food",
                   .lines = {{.product_id = "1", .quantity = 2, .note = "for Ada"}},
                   .customer = ada,
                   .address = ring,
                   .note = "call Ada"};
  EXPECT_TRUE(erase_person(place));
  EXPECT_EQ(text_of(place), text_of(PlaceOrder{.customer_id = "c1",
                                               .saga = "food",
                                               .lines = {{.product_id = "1", .quantity = 2}}}));
  EXPECT_FALSE(erase_person(place)) << "there is nothing left";
}

TEST(PersonalData, IsErasedFromEachMessageThatHasSome) {
  const OrderLine noted{.product_id = "1", .note = "Ada"};
  const std::vector<Payload> all{ReviseOrder{.note = "Ada"},
                                 ReviseOrder{.customer = ContactChange{.email = "ada@example.org"}},
                                 ReviseOrder{.address = ring},
                                 ReviseOrder{.lines = {{.product_id = "1", .note = "Ada"}}},
                                 StartSaga{.lines = {noted}},
                                 StartSaga{.recipient = {.name = "Ada"}},
                                 StartChange{.lines = {noted}},
                                 ChangeRecipient{.recipient = {.phone_number = "+491"}},
                                 ReserveStock{.lines = {noted}},
                                 CollectPayment{.lines = {noted}},
                                 OpenLink{.lines = {noted}},
                                 OpenAccount{.full_name = "Ada"},
                                 PrepareOrder{.note = "Ada"},
                                 PrepareOrder{.lines = {noted}},
                                 ReleaseTicket{.lines = {noted}},
                                 ChangeTicketNote{.note = "Ada"},
                                 DeliverOrder{.recipient = {.address = ring}},
                                 HandOver{.recipient = {.note = "Ada"}},
                                 OrderAnnounced{.customer = ada},
                                 OrderAnnounced{.address = ring},
                                 OrderAnnounced{.note = "Ada"}};
  for (auto payload : all) {
    EXPECT_TRUE(erase_person(payload)) << payload.index();
    std::visit(
        [](const auto& message) {
          const auto text = text_of(message);
          for (const auto* word : {"Ada", "ada@", "+491", "Ring", "89073", "Ulm"}) {
            EXPECT_FALSE(text.contains(word)) << text;
          }
        },
        payload);
  }
}

TEST(PersonalData, IsNotWhatAProductIsCalled) {
  SetItem item{.product_id = "1", .name = "Cheese", .reason = "new"};
  EXPECT_FALSE(erase_person(item));
  EXPECT_EQ(item.name, "Cheese");
}

}  // namespace
}  // namespace oms
