#include "runtime/correspondence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace oms::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Arrival = Correspondence::Arrival;
using std::chrono::seconds;

const Id order = *Id::parse("6955b91c0102030401000046");
const Time start{1'767'225'600'000};

Id id_of(std::int64_t number) {
  return Id::child_of(order, static_cast<std::uint32_t>(number));
}

Passage passage(std::int64_t number) {
  return {ServiceName::coordinator, ServiceName::stock, number};
}

Envelope envelope(std::int64_t number) {
  return to_envelope({.id = id_of(number), .order_id = order, .payload = CommitStock{}},
                     passage(number));
}

class CorrespondenceTest : public ::testing::Test {
 protected:
  Arrival arrival(std::int64_t number) const {
    return about_.arrival_of(passage(number), id_of(number));
  }
  void receive(std::int64_t number) { about_.receive(passage(number), id_of(number)); }
  std::optional<std::int64_t> next() const {
    const auto early = about_.next_early(ServiceName::stock, ServiceName::coordinator);
    return early ? std::optional{early->number} : std::nullopt;
  }
  void send() {
    about_.send({.id = id_of(100), .order_id = order, .payload = PrepareOrder{}},
                ServiceName::stock);
  }
  std::vector<std::int64_t> unsent() const {
    std::vector<std::int64_t> numbers;
    for (const auto& each : about_.unsent()) numbers.push_back(each.number);
    return numbers;
  }

  Correspondence about_{.id = order.text()};
};

TEST_F(CorrespondenceTest, WhatWasReceivedIsNotReceivedAgain) {
  EXPECT_EQ(arrival(1), Arrival::next);
  receive(1);
  EXPECT_EQ(arrival(1), Arrival::repeated);
  receive(2);
  EXPECT_EQ(arrival(1), Arrival::repeated);
  EXPECT_EQ(arrival(3), Arrival::next);
}

TEST_F(CorrespondenceTest, WhatIsEarlyWaitsInTheOrderOfItsNumbersAndOnce) {
  for (const auto number : {4, 3, 4}) {
    EXPECT_EQ(arrival(number), Arrival::early);
    about_.keep_early(envelope(number));
  }
  EXPECT_THAT(about_.channels.at(0).early, SizeIs(2));
  EXPECT_EQ(next(), std::nullopt);
  receive(1);
  EXPECT_EQ(next(), std::nullopt);
  receive(2);
  EXPECT_EQ(next(), 3);
  receive(3);
  EXPECT_EQ(next(), 4);
  receive(4);
  EXPECT_THAT(about_.channels.at(0).early, IsEmpty());
}

TEST_F(CorrespondenceTest, ForWhatIsTooFarAheadThereIsNoRoom) {
  EXPECT_EQ(arrival(early_max), Arrival::early);
  EXPECT_EQ(arrival(early_max + 1), Arrival::too_far);
}

TEST_F(CorrespondenceTest, ANumberThatWasAnotherMessagesIsToldApart) {
  receive(1);
  receive(2);
  EXPECT_EQ(about_.arrival_of(passage(2), id_of(77)), Arrival::reused);
}

TEST_F(CorrespondenceTest, EachPairOfServicesCountsByItself) {
  receive(1);
  const Passage other{ServiceName::orders, ServiceName::stock, 1};
  EXPECT_EQ(about_.arrival_of(other, id_of(1)), Arrival::next);
  const Passage answer{ServiceName::stock, ServiceName::coordinator, 1};
  EXPECT_EQ(about_.arrival_of(answer, id_of(1)), Arrival::next);
}

TEST_F(CorrespondenceTest, WhatIsSentIsNumberedAndStaysUntilItIsConfirmed) {
  send();
  send();
  EXPECT_THAT(unsent(), ElementsAre(1, 2));
  EXPECT_TRUE(about_.confirm({ServiceName::stock, ServiceName::kitchen, 1}));
  EXPECT_FALSE(about_.confirm({ServiceName::stock, ServiceName::kitchen, 1}));
  EXPECT_THAT(unsent(), ElementsAre(2));
  send();
  EXPECT_THAT(unsent(), ElementsAre(2, 3)) << "no number is given twice";
}

TEST_F(CorrespondenceTest, WhatIsKeptComesOutAsItWentIn) {
  auto message = Message{.id = id_of(1), .order_id = order, .payload = RestockItem{.quantity = 7}};
  message.trace.trace_id[0] = 1;
  message.trace.span_id[0] = 2;
  const auto sent = to_envelope(message, {ServiceName::orders, ServiceName::stock, 2});
  about_.keep_early(sent);
  receive(0);
  about_.receive({ServiceName::orders, ServiceName::stock, 1}, id_of(0));
  const auto kept = about_.next_early(ServiceName::stock, ServiceName::orders);
  ASSERT_TRUE(kept);
  const auto again = to_message(*kept);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, message.id);
  EXPECT_EQ(again->order_id, order);
  EXPECT_EQ(again->trace.trace_id, message.trace.trace_id);
  EXPECT_EQ(std::get<RestockItem>(again->payload).quantity, 7);
}

TEST_F(CorrespondenceTest, ItIsLookedAfterOnlyWhileSomethingIsUnsentOrUnread) {
  about_.schedule(start, false);
  EXPECT_FALSE(about_.due);
  send();
  about_.schedule(start, false);
  ASSERT_TRUE(about_.due);
  about_.confirm({ServiceName::stock, ServiceName::kitchen, 1});
  about_.schedule(start, false);
  EXPECT_FALSE(about_.due);
  about_.keep_early(envelope(2));
  about_.schedule(start, false);
  EXPECT_FALSE(about_.due) << "what is early waits for a message, not for a time";
  about_.keep_early(envelope(1));
  about_.schedule(start, false);
  EXPECT_TRUE(about_.due) << "its turn has come, and it could not be read";
}

TEST_F(CorrespondenceTest, ItsTimeSeldomChanges) {
  send();
  about_.schedule(start, false);
  const auto first = *about_.due;
  EXPECT_GE(first, start + seconds{5});
  EXPECT_LE(first, start + seconds{10});
  about_.schedule(start + seconds{4}, false);
  EXPECT_EQ(about_.due, first);
}

TEST_F(CorrespondenceTest, WhatIsLookedAtInVainIsLookedAtEverMoreSeldom) {
  send();
  about_.schedule(start, false);
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 6; ++i) {
    const auto now = *about_.due;
    about_.schedule(now, true);
    waits.push_back((*about_.due - now).count() / 1000);
  }
  EXPECT_THAT(waits, ElementsAre(15, 30, 60, 65, 65, 65));
}

TEST(Envelope, WhatThisVersionDoesNotKnowCannotBeRead) {
  auto unknown = envelope(1);
  unknown.payload.text = R"({"FoldNapkins":{"count":3}})";
  EXPECT_FALSE(to_message(unknown));
}

}  // namespace
}  // namespace oms::runtime
