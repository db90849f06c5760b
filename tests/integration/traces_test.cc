// One trace for each order, whatever goes on with it and has happened in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messages/trace.h"
#include "runtime/records.h"
#include "services/coordinator/records.h"
#include "tests/support/world.h"

namespace oms::testing {
namespace {

using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::SizeIs;

MATCHER_P(is_in, trace, "") {
  return arg.trace.trace_id == trace.trace_id && arg.trace.span_id != Trace{}.span_id &&
         arg.trace.flags == trace.flags;
}
MATCHER_P(is_text_in, trace, "") {
  const auto read = parse_traceparent(arg);
  return read && read->trace_id == trace.trace_id && read->flags == trace.flags;
}

const auto callers = *parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
const auto unsampled =
    *parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
const auto another = *parse_traceparent("00-11111111111111111111111111111111-2222222222222222-01");

class Traces : public ::testing::TestWithParam<Wiring> {
 protected:
  void say(Payload payload, const Trace& trace) {
    world.deliver(
        {.id = world.new_id(), .order_id = order, .payload = std::move(payload), .trace = trace});
  }
  void place(const Trace& trace = {}) {
    say(PlaceOrder{.customer_id = "c1",
                   .saga = "food",
                   .lines = {{.product_id = "1", .quantity = 2}},
                   .customer = {.name = "Ann", .email = "ann@example.com"}},
        trace);
  }
  // A link, and the two notices of an order that goes well.
  void pay_and_wait() {
    world.pay(order);
    world.wait(std::chrono::seconds{20});
    ASSERT_EQ(world.get<orders::Order>(order.text())->status, OrderStatus::completed);
    ASSERT_THAT(world.asked, SizeIs(1));
    ASSERT_THAT(world.told, SizeIs(2));
    ASSERT_EQ(world.broker.traceparents.empty(), GetParam() == Wiring::together);
  }
  void crash_all() {
    for (const auto service : {ServiceName::orders, ServiceName::payments, ServiceName::kitchen,
                               ServiceName::notifications, ServiceName::coordinator}) {
      world.crash(service);
    }
  }
  std::string kept() { return world.get<coordinator::Saga>(order.text())->traceparent; }

  World world{{}, GetParam()};
  const Id order = world.new_id();
};

INSTANTIATE_TEST_SUITE_P(Wirings, Traces, ::testing::Values(Wiring::together, Wiring::apart),
                         [](const auto& wiring) {
                           return wiring.param == Wiring::together ? "together" : "apart";
                         });

TEST_P(Traces, ACallersTraceGoesOnWhateverWakesTheOrder) {
  place(callers);
  EXPECT_THAT(kept(), is_text_in(callers));
  EXPECT_THAT(world.broker.traceparents, Each(is_text_in(callers))) << "the link's outcome, too";
  crash_all();
  pay_and_wait();
  EXPECT_THAT(world.asked, Each(is_in(callers)));
  EXPECT_THAT(world.told, Each(is_in(callers)));
}

TEST_P(Traces, WithoutACallersAllIsInTheOneThatTheOrdersIdGives) {
  place();
  EXPECT_EQ(kept(), "");
  crash_all();
  pay_and_wait();
  EXPECT_THAT(world.asked, Each(is_in(order_trace(order))));
  EXPECT_THAT(world.told, Each(is_in(order_trace(order))));
  EXPECT_THAT(world.broker.traceparents, Each(is_text_in(order_trace(order))));
}

TEST_P(Traces, WhatACallerDoesNotSampleIsNotSampled) {
  place(unsampled);
  pay_and_wait();
  EXPECT_THAT(world.asked, Each(is_in(unsampled)));
  EXPECT_THAT(world.told, Each(is_in(unsampled)));
}

TEST_P(Traces, WhoeverCancelsAnOrderItIsUndoneInItsOwnTrace) {
  place();
  say(CancelOrder{.customer_id = "c1"}, another);
  world.wait(std::chrono::seconds{20});
  ASSERT_EQ(world.asked.back().kind, PaymentOperation::Kind::expire_link);
  EXPECT_THAT(world.asked, Each(is_in(order_trace(order))));
  EXPECT_THAT(world.told, Each(is_in(order_trace(order))));
}

// The desk is in each process: here in the one.
class DeadLetterTraces : public Traces {
 protected:
  // The provider's word comes before its payment, and is replayed when the order is over.
  runtime::DeadLetter word_too_early(const Trace& trace) {
    say(ProviderEvent{.event_id = "evt",
                      .session_id = "cs_" + order.text(),
                      .word = ProviderWord::paid,
                      .amount = 900,
                      .currency = "usd"},
        trace);
    return world.all<runtime::DeadLetter>().at(0);
  }
  void replay(const runtime::DeadLetter& letter) {
    say(SettleDeadLetter{.id = letter.id}, another);
  }
};

INSTANTIATE_TEST_SUITE_P(Wirings, DeadLetterTraces, ::testing::Values(Wiring::together));

TEST_P(DeadLetterTraces, AReplayedLetterGoesOnInItsCallers) {
  replay(word_too_early(callers));
  const auto letter = world.all<runtime::DeadLetter>().at(0);
  EXPECT_THAT(letter.traceparent, is_text_in(callers)) << "it still could not be decided";
  place();
  world.tell_expired(order);
  replay(letter);
  EXPECT_THAT(world.all<runtime::DeadLetter>(), IsEmpty());
  ASSERT_EQ(world.asked.back().kind, PaymentOperation::Kind::refund);
  EXPECT_THAT(world.asked.back(), is_in(callers));
}

TEST_P(DeadLetterTraces, OrInItsOrdersIfItHadNone) {
  const auto letter = word_too_early({});
  EXPECT_EQ(letter.traceparent, "");
  place();
  world.tell_expired(order);
  replay(letter);
  ASSERT_EQ(world.asked.back().kind, PaymentOperation::Kind::refund);
  EXPECT_THAT(world.asked, Each(is_in(order_trace(order))));
}

}  // namespace
}  // namespace oms::testing
