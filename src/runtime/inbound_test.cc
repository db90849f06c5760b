#include "runtime/inbound.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace oms::runtime {
namespace {

using std::chrono::milliseconds;

constexpr Duration forever = std::chrono::minutes{10};
constexpr auto a_while = milliseconds{20};

bool offer(InboundQueue& queue, Lane lane = Lane::normal) {
  Inbound inbound;
  return queue.offer(inbound, lane);
}

std::size_t taken(InboundQueue& queue, std::size_t max, Duration patience) {
  std::vector<Inbound> batch;
  queue.take(batch, max, patience);
  return batch.size();
}

// Does that a while after the taker has begun to wait.
template <class Do>
std::jthread later(Do what) {
  return std::jthread{[what] {
    std::this_thread::sleep_for(a_while);
    what();
  }};
}

TEST(InboundQueue, TheFirstMessageEndsTheWait) {
  InboundQueue queue{8};
  const auto other = later([&] { offer(queue); });
  EXPECT_EQ(taken(queue, 8, forever), 1U);
}

TEST(InboundQueue, TakesWhatIsUrgentFirst) {
  InboundQueue queue{8};
  Inbound normal{.message = {.payload = CancelOrder{}}};
  Inbound urgent{.message = {.payload = PlaceOrder{}}};
  ASSERT_TRUE(queue.offer(normal, Lane::normal));
  ASSERT_TRUE(queue.offer(urgent, Lane::urgent));
  std::vector<Inbound> batch;
  queue.take(batch, 1, forever);
  ASSERT_EQ(batch.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<PlaceOrder>(batch.front().message.payload));
  queue.take(batch, 2, forever);
  EXPECT_EQ(batch.size(), 2U);
}

TEST(InboundQueue, PatienceEnds) {
  InboundQueue queue{8};
  EXPECT_EQ(taken(queue, 8, a_while), 0U);
}

TEST(InboundQueue, ANudgeEndsTheWaitAndNothingIsTaken) {
  InboundQueue queue{8};
  {
    const auto other = later([&] { queue.nudge(); });
    EXPECT_EQ(taken(queue, 8, forever), 0U);
  }
  offer(queue);
  EXPECT_EQ(taken(queue, 8, forever), 0U);
  EXPECT_TRUE(queue.was_nudged());
  EXPECT_FALSE(queue.was_nudged());
  EXPECT_EQ(taken(queue, 8, forever), 1U);
}

TEST(InboundQueue, WhoCanTakeNoMoreWaitsForANudgeOnly) {
  InboundQueue queue{8};
  offer(queue);
  queue.close();
  const auto other = later([&] { queue.nudge(); });
  EXPECT_EQ(taken(queue, 0, forever), 0U);
  EXPECT_TRUE(queue.was_nudged()) << "the wait was over for another reason";
}

TEST(InboundQueue, ClosingEndsTheWait) {
  InboundQueue queue{8};
  const auto other = later([&] { queue.close(); });
  EXPECT_EQ(taken(queue, 8, forever), 0U);
}

TEST(InboundQueue, OfAClosedOneNobodyWaits) {
  InboundQueue queue{8};
  offer(queue);
  queue.close();
  EXPECT_FALSE(offer(queue));
  EXPECT_FALSE(queue.is_drained());
  EXPECT_EQ(taken(queue, 8, forever), 1U);
  EXPECT_TRUE(queue.is_drained());
  EXPECT_EQ(taken(queue, 8, forever), 0U);
}

TEST(InboundQueue, EachLaneHasItsBound) {
  InboundQueue queue{1};
  EXPECT_TRUE(offer(queue));
  EXPECT_FALSE(offer(queue));
  EXPECT_TRUE(offer(queue, Lane::urgent));
  EXPECT_EQ(queue.size(), 2U);
}

// With a caller who waits for the answer.
bool ask(InboundQueue& queue) {
  Inbound inbound{.respond = [](const Result<Record>&) {}};
  return queue.offer(inbound, Lane::normal);
}

Duration company(InboundQueue& queue, std::size_t enough, Duration patience, Duration for_callers) {
  const auto begun = std::chrono::steady_clock::now();
  queue.await_company(enough, patience, for_callers);
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begun);
}

TEST(InboundQueue, WhatNobodyWaitsForWaitsForCompany) {
  InboundQueue queue{8};
  offer(queue);
  EXPECT_GE(company(queue, 8, a_while, Duration{0}), a_while);
  const auto other = later([&] { offer(queue); });
  EXPECT_LT(company(queue, 2, forever, Duration{0}), forever) << "that is enough";
}

TEST(InboundQueue, ACallerWaitsNoLongerThanForCallers) {
  InboundQueue queue{8};
  const auto other = later([&] { ask(queue); });
  EXPECT_LT(company(queue, 8, forever, a_while), forever);
  EXPECT_LT(company(queue, 8, forever, a_while), forever) << "it still waits";
  EXPECT_EQ(taken(queue, 8, Duration{0}), 1U);
  EXPECT_GE(company(queue, 8, a_while, Duration{0}), a_while) << "it is taken";
}

TEST(InboundQueue, NobodyComesOnceItIsClosedOrTheTakerIsNudged) {
  InboundQueue queue{8};
  {
    const auto other = later([&] { queue.nudge(); });
    EXPECT_LT(company(queue, 8, forever, forever), forever);
  }
  EXPECT_TRUE(queue.was_nudged());
  const auto other = later([&] { queue.close(); });
  EXPECT_LT(company(queue, 8, forever, forever), forever);
}

}  // namespace
}  // namespace oms::runtime
